import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { modulePath } from "../../definition/definitions.ts";
import { SDK_EXPORTS } from "../sdk-exports.ts";

/** The file that `covalent-ts` is: modules inside this package may import it by its path. */
const SDK_FILE = fileURLToPath(new URL(`../../index${extname(import.meta.url)}`, import.meta.url));

/**
 * Gives each module an SDK of its own: a virtual module that asks the bundle's run-time for the exports, bound to the path of the
 * module that imports them. So the SDK is never part of a bundle, and what a module defines is known to be its own.
 */
export function sdkPlugin(root: string): Plugin {
  return {
    name: "covalent-sdk",
    setup(build) {
      build.onResolve({ filter: /^covalent-ts\/testing$/ }, ({ path }) => ({
        path,
        external: true,
      }));
      build.onResolve(
        { filter: /^covalent-ts$|(?:^|\/)index\.[jt]s$/ },
        ({ path, importer, resolveDir, kind }) => {
          const isSdk = path === "covalent-ts" || resolve(resolveDir, path) === SDK_FILE;
          return isSdk && kind !== "entry-point"
            ? { namespace: "covalent-sdk", path: modulePath(importer, root) }
            : undefined;
        },
      );
      build.onLoad({ filter: /.*/, namespace: "covalent-sdk" }, ({ path }) => ({
        contents: virtualModule(path),
        loader: "js",
      }));
    },
  };
}

/** Names in a fixed order: the bytes of a bundle must not depend on anything else. */
function virtualModule(module: string): string {
  const names = Object.keys(SDK_EXPORTS).sort();
  return `export const { ${names.join(", ")} } = __covalent.module(${JSON.stringify(module)});\n`;
}
