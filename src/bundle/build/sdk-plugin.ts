import { resolve } from "node:path";
import type { Plugin } from "esbuild";
import { CovalentError } from "../../model/errors.ts";
import { modulePath } from "../../sdk/definitions.ts";
import { faceExports, faceOf, faceOfFile, type SdkFace } from "../sdk-face.ts";

/**
 * Gives each module an SDK of its own: a virtual module that asks the bundle's run-time for the exports, bound to the path of the
 * module that imports them. So the SDK is never part of a bundle, and what a module defines is known to be its own.
 */
export function sdkPlugin(root: string): Plugin {
  return {
    name: "covalent-sdk",
    setup(build) {
      build.onResolve(
        { filter: /^covalent-ts(?:\/|$)|(?:^|\/)index\.[jt]s$/ },
        ({ path, importer, resolveDir, kind }) => {
          const face = /^covalent-ts(?:\/|$)/.test(path)
            ? faceOf(path)
            : faceOfFile(resolve(resolveDir, path));
          if (face === undefined || kind === "entry-point") return undefined;
          const module = modulePath(importer, root);
          return {
            namespace: "covalent-sdk",
            path: `${face.specifier} for ${module}`,
            pluginData: { face, module },
          };
        },
      );
      build.onLoad({ filter: /.*/, namespace: "covalent-sdk" }, async ({ pluginData }) => {
        const { face, module }: { face: SdkFace; module: string } = pluginData;
        return { contents: await virtualModule(face, module), loader: "js" };
      });
    },
  };
}

async function virtualModule(face: SdkFace, module: string): Promise<string> {
  const names = Object.keys(await faceExports(face))
    .filter((name) => name !== "default")
    .sort();
  if (names.length === 0)
    throw new CovalentError("INTERNAL", { reason: `${face.specifier} exports nothing` });
  const exports = `__covalent.module(${JSON.stringify(module)}, ${JSON.stringify(face.specifier)})`;
  return `export const { ${names.join(", ")} } = ${exports};\n`;
}
