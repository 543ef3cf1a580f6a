import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import type { Loader, Plugin } from "esbuild";
import { modulePath } from "../../definition/definitions.ts";
import { maskSource } from "../../definition/mask-source.ts";
import { moduleType } from "./native-package.ts";
import { pythonImports } from "./python-plugin.ts";

/**
 * Keeps `import.meta`, `__filename` and `__dirname` those of the source module: they come from the bundle's run-time, which knows
 * where the project lies on the machine that runs it. Lines stay where they are, for stack traces and for names.
 *
 * Each source file's SHA-256 is put into `digests`. Source maps that packages bring along are left out: ids and traces then speak of the files that the client runs, too.
 */
export function locationPlugin(root: string, digests: Map<string, string>): Plugin {
  return {
    name: "covalent-location",
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path, namespace }) => {
        if (namespace !== "file") return undefined;
        const source = await readFile(path, "utf8");
        digests.set(path, createHash("sha256").update(source).digest("hex"));
        const location = placed(withoutSourceMap(source), path, modulePath(path, root));
        const contents = importing(location, pythonImports(source, path, root), path);
        return contents === source ? undefined : { contents, loader: loaderOf(path) };
      });
      build.onResolve({ filter: /^covalent-location:/ }, ({ path }) => ({
        namespace: "covalent-location",
        path: path.slice("covalent-location:".length),
      }));
      build.onLoad({ filter: /.*/, namespace: "covalent-location" }, ({ path }) => ({
        contents: `const here = __covalent.location(${JSON.stringify(path)});\nexport const { meta, filename, dirname } = here;\n`,
        loader: "js",
      }));
    },
  };
}

/** What `import.meta` becomes; see the `define` of the build. */
export const META = "__covalent_meta";

const ESM_SYNTAX = /^[ \t]*(?:import\s*["'{*\w]|export\s*[{*\w])/m;
const IMPORT_META = /\bimport\s*\.\s*meta\b/;
const COMMONJS_PLACE = /\b__(?:dirname|filename)\b/;
/** Comments and directives, which must stay in front of what is added to a CommonJS module. */
const PROLOGUE = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?:"use [^"\n]*"|'use [^'\n]*')\s*(?:;|(?=\n)))*/;

function placed(source: string, path: string, module: string): string {
  const location = JSON.stringify(`covalent-location:${module}`);
  // Imports are hoisted: at the end they move no line and no column.
  if (IMPORT_META.test(source)) return `${source}\nimport { meta as ${META} } from ${location};\n`;
  if (!COMMONJS_PLACE.test(source) || /\.m[jt]s$/.test(path)) return source;
  if (!isEsModule(source, path)) return withCommonJsPlace(source, module);
  const names = ["dirname", "filename"].filter((name) => !declares(source, `__${name}`));
  if (names.length === 0) return source;
  return `${source}\nimport { ${names.map((name) => `${name} as __${name}`).join(", ")} } from ${location};\n`;
}

/** Evaluates modules before this one. Lines stay where they are. */
function importing(source: string, modules: readonly string[], path: string): string {
  if (modules.length === 0) return source;
  const names = modules.map((module) => JSON.stringify(module));
  return isEsModule(source, path)
    ? `${source}\n${names.map((name) => `import ${name};`).join("\n")}\n`
    : withCommonJsPrefix(source, names.map((name) => `require(${name});`).join(" "));
}

/** By the file's name, by what its package says, else by its code: what looks like an import may lie in a string or a comment. */
function isEsModule(source: string, path: string): boolean {
  if (/\.c[jt]s$/.test(path)) return false;
  const type = moduleType(dirname(path));
  if (type !== undefined) return type === "module";
  return ESM_SYNTAX.test(source) && ESM_SYNTAX.test(maskSource(source));
}

function withCommonJsPlace(source: string, module: string): string {
  const place = `var { filename: __filename, dirname: __dirname } = __covalent.location(${JSON.stringify(module)});`;
  return withCommonJsPrefix(source, place);
}

function withCommonJsPrefix(source: string, code: string): string {
  const shebang = /^#![^\n]*/.exec(source)?.[0];
  if (shebang !== undefined) return code + source.slice(shebang.length);
  const prologue = PROLOGUE.exec(source)?.[0].length ?? 0;
  return `${source.slice(0, prologue)}${code}${source.slice(prologue)}`;
}

function declares(source: string, name: string): boolean {
  return new RegExp(`\\b(?:const|let|var|function|class|import)\\b[^;=]*\\b${name}\\b`).test(source);
}

function withoutSourceMap(source: string): string {
  return source.replace(/^([ \t]*\/\/[#@] )sourceMappingURL=/gm, "$1-");
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".jsx": "jsx",
};

function loaderOf(path: string): Loader {
  return LOADERS[extname(path)] ?? "js";
}
