import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { PythonModule } from "../../model/python-module.ts";
import type { Exports } from "../sdk-exports.ts";
import { boundExports } from "./bound-exports.ts";
import type { BundleScope } from "./bundle-scope.ts";
import { type ModuleLocation, moduleLocation } from "./module-location.ts";

/**
 * What the code in a bundle asks for its surroundings. It finds this by its own address at
 * `globalThis[Symbol.for("covalent-ts.runtime")].bundle(import.meta.url)`, so that bundles in one process do not mix.
 */
export interface BundleRuntime {
  /** The exports of `covalent-ts` for the module that imports them. */
  module(path: string): Exports;
  location(path: string): ModuleLocation;
  /** A package that is outside the bundle, as the module at `path` finds it, else as the project does. */
  require(path: string, specifier: string): unknown;
  readonly nodeRequire: NodeJS.Require;
  /** Takes a Python file that the bundle carries, by its path in the project. */
  python(path: string, module: PythonModule): void;
  /** Takes the bundle's own exports before any of its modules is evaluated. */
  exporting(exports: Exports): void;
}

const KEY = Symbol.for("covalent-ts.runtime");
const runtimes = new Map<string, BundleRuntime>();

/** Gives a bundle its run-time; to be called before the bundle is imported. */
export function provideRuntime(scope: BundleScope, sdk: Exports): void {
  runtimes.set(scope.script, createRuntime(scope, sdk));
  Object.assign(globalThis, { [KEY]: { bundle: (script: string) => runtimes.get(script) } });
}

function createRuntime(scope: BundleScope, sdk: Exports): BundleRuntime {
  const requireAt = (path: string) => createRequire(resolve(scope.root, path));
  const nodeRequire = requireAt("package.json");
  return {
    nodeRequire,
    exporting: (exports) => scope.exporting(exports),
    python: (path, module) => scope.carry(path, module),
    module: (path) => boundExports(sdk, { bundle: scope, path }),
    location: (path) => moduleLocation(resolve(scope.root, path)),
    require(path, specifier) {
      const own = requireAt(path);
      return resolves(own, specifier) ? own(specifier) : nodeRequire(specifier);
    },
  };
}

function resolves(require: NodeJS.Require, specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch {
    return false;
  }
}
