import { resolve } from "node:path";
import type { Plugin } from "esbuild";
import { modulePath } from "../../sdk/definitions.ts";
import { SDK_FILE, sdkExports } from "../sdk-face.ts";

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
      build.onLoad({ filter: /.*/, namespace: "covalent-sdk" }, async ({ path }) => ({
        contents: await virtualModule(path),
        loader: "js",
      }));
    },
  };
}

/** Names in a fixed order: the bytes of a bundle must not depend on anything else. */
async function virtualModule(module: string): Promise<string> {
  const names = Object.keys(await sdkExports()).sort();
  return `export const { ${names.join(", ")} } = __covalent.module(${JSON.stringify(module)});\n`;
}
