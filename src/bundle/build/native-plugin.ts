import { join } from "node:path";
import type { OnResolveResult, Plugin } from "esbuild";
import { modulePath } from "../../definition/definitions.ts";
import {
  type NativePackage,
  nativePackage,
  packageAround,
  packageDirectory,
  packageName,
} from "./native-package.ts";

/**
 * Leaves packages with native add-ons outside: the bundle asks its run-time for them, which resolves them where the task runs, as
 * the importing module would. Each is put into `found` by its name.
 */
export function nativePlugin(root: string, found: Map<string, NativePackage>): Plugin {
  const known = new Map<string, NativePackage | undefined>();
  const judge = (directory: string) => {
    if (!known.has(directory)) known.set(directory, nativePackage(directory));
    return known.get(directory);
  };
  const outside = (specifier: string, importer: string): OnResolveResult => {
    const module = modulePath(importer, root);
    return {
      namespace: "covalent-native",
      path: `${specifier} for ${module}`,
      pluginData: { specifier, module },
    };
  };
  return {
    name: "covalent-native",
    setup(build) {
      build.onResolve({ filter: /^[^./]/, namespace: "file" }, ({ path, importer, resolveDir, kind }) => {
        const name = kind === "entry-point" ? undefined : packageName(path);
        const directory = name === undefined ? undefined : packageDirectory(name, resolveDir);
        const native = directory === undefined ? undefined : judge(directory);
        if (native === undefined) return undefined;
        found.set(native.name, native);
        // A native ES module keeps its default export only when it is imported, which Node does from the project's root.
        return native.esm && kind !== "require-call" ? { path, external: true } : outside(path, importer);
      });
      build.onResolve({ filter: /\.node$/, namespace: "file" }, ({ path, importer, resolveDir }) => {
        const native = packageAround(join(resolveDir, path));
        found.set(native.name, native);
        return outside(path, importer);
      });
      build.onLoad({ filter: /.*/, namespace: "covalent-native" }, ({ pluginData }) => {
        const { specifier, module }: { specifier: string; module: string } = pluginData;
        const required = `__covalent.require(${JSON.stringify(module)}, ${JSON.stringify(specifier)})`;
        return { contents: `module.exports = ${required};\n`, loader: "js" };
      });
    },
  };
}
