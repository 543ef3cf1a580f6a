import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BuildResult, Message, Plugin } from "esbuild";
import { modulePath } from "../definition/definitions.ts";
import { CovalentError } from "../model/errors.ts";
import { bundleFailed, place } from "./build/build-failure.ts";
import { Fingerprint } from "./build/fingerprint.ts";
import { locationPlugin, META } from "./build/location-plugin.ts";
import type { NativePackage } from "./build/native-package.ts";
import { nativePlugin } from "./build/native-plugin.ts";
import { projectRootOf } from "./build/project-root.ts";
import { pythonPlugin } from "./build/python-plugin.ts";
import { sdkPlugin } from "./build/sdk-plugin.ts";
import { EXTERNALS } from "./code-digests/externals.ts";
import { ITSELF } from "./run/import-source.ts";

/** A module with everything it imports, as one ES module with an inline source map. */
export interface Bundle {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly digest: string;
  /** The project's directory, absolute: module paths in ids are relative to it, and what stays outside is resolved from it. */
  readonly root: string;
  /** The path of the bundled module relative to the root. */
  readonly entry: string;
  /** Packages with native add-ons, by name: they are not in the bundle. */
  readonly externals: readonly { readonly name: string; readonly version: string }[];
  /** SHA-256 of the text of each source file in it that is code, by absolute path. */
  readonly sources: ReadonlyMap<string, string>;
  /** Sentences with file and line: imports of the user's own code that cannot be followed. */
  readonly warnings: readonly string[];
}

const cache = new Map<string, { readonly bundle: Bundle; readonly inputs: Fingerprint }>();

/**
 * Bundles a module. As long as none of the files that went into it changes, the next call in this process gives the same bundle.
 *
 * @throws {CovalentError} `BUNDLE_FAILED` with file, line and column
 * @example
 * const { digest, bytes } = await bundleModule("/home/ada/fits/src/select-model.ts");
 */
export async function bundleModule(file: string): Promise<Bundle> {
  const entry = await realpath(file).catch(() => resolve(file));
  const cached = cache.get(entry);
  if (cached !== undefined && (await cached.inputs.isCurrent())) return cached.bundle;
  const startedAt = Date.now();
  const { bundle, files } = await build(entry);
  cache.set(entry, { bundle, inputs: await Fingerprint.of(files, startedAt) });
  return bundle;
}

/**
 * Runs before the modules: what all of them ask for their surroundings, and `require` for packages that use Node's built-ins. The
 * bundle imports itself, so that its exports can be read though its evaluation never ends.
 */
const BANNER = [
  `import * as __covalent_exports from ${JSON.stringify(ITSELF)};`,
  'const __covalent = globalThis[Symbol.for("covalent-ts.runtime")].bundle(import.meta.url), require = __covalent.nodeRequire;',
  "__covalent.exporting(__covalent_exports);",
].join(" ");

async function build(entry: string): Promise<{ bundle: Bundle; files: readonly string[] }> {
  const root = projectRootOf(entry);
  const natives = new Map<string, NativePackage>();
  const sources = new Map<string, string>();
  const python = new Set<string>();
  const plugins = [
    sdkPlugin(root),
    pythonPlugin(root, python),
    nativePlugin(root, natives),
    locationPlugin(root, sources),
  ];
  const { outputFiles, metafile, warnings } = await runEsbuild(entry, root, plugins);
  const output = outputFiles[0]?.contents;
  if (output === undefined)
    throw new CovalentError("INTERNAL", { reason: `esbuild made nothing of ${entry}` });
  const externals = [...natives.values()]
    .map(({ name, version }) => ({ name, version }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const bytes = Buffer.concat([output, Buffer.from(EXTERNALS.line(externals))]);
  const bundle = {
    bytes,
    digest: createHash("sha256").update(bytes).digest("hex"),
    root,
    entry: modulePath(entry, root),
    externals,
    sources,
    warnings: warnings.filter(isUsers).map((warning) => `${place(warning, root)}: ${warning.text}`),
  };
  const inputs = Object.keys(metafile.inputs).filter((input) => !input.startsWith("covalent-"));
  return { bundle, files: [...inputs.map((input) => join(root, input)), ...python] };
}

type Built = BuildResult<{ write: false; metafile: true }>;

async function runEsbuild(entry: string, root: string, plugins: Plugin[]): Promise<Built> {
  const { build } = await import("esbuild");
  try {
    return await build({
      absWorkingDir: root,
      entryPoints: [entry],
      // Never written: it makes paths in the source map relative to the root.
      outfile: join(root, "bundle.mjs"),
      write: false,
      metafile: true,
      bundle: true,
      platform: "node",
      target: "node24",
      format: "esm",
      sourcemap: "inline",
      sourcesContent: true,
      keepNames: true,
      charset: "utf8",
      // Node knows no such annotations: a module that is imported is evaluated, and may define electrons.
      ignoreAnnotations: true,
      banner: { js: BANNER },
      define: { "import.meta": META },
      plugins,
      logLevel: "silent",
      logOverride: { "unsupported-dynamic-import": "warning", "unsupported-require-call": "warning" },
    });
  } catch (error) {
    throw bundleFailed(error, entry, root);
  }
}

function isUsers({ location }: Message): boolean {
  return location !== null && !/(?:^|\/)node_modules\/|^covalent-/.test(location.file);
}
