import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { modulePath } from "../../definition/definitions.ts";
import { readPythonFile } from "../../leptons/python-files.ts";
import type { PythonModule } from "../../model/python-module.ts";

const PREFIX = "covalent-python:";
/** A path as people write it down for `lepton.python`: a text in the source, from the module that it is in. */
const PYTHON_PATH = /(["'`])(\.{1,2}\/[^"'`\n\\]+\.py)\1/g;

/**
 * The Python files that a module names, to be imported by it: a bundle carries them, so that leptons run wherever it does. One that
 * is not there is somebody's text, or an error that the lepton itself tells of.
 *
 * @param path of the module
 * @returns what the module has to import
 */
export function pythonImports(source: string, path: string, root: string): readonly string[] {
  if (!source.includes(".py")) return [];
  const named = Array.from(source.matchAll(PYTHON_PATH), ([, , text = ""]) => resolve(dirname(path), text));
  return [...new Set(named)]
    .filter((file) => existsSync(file))
    .map((file) => PREFIX + modulePath(file, root));
}

/**
 * Gives the run-time of a bundle the Python files that its modules name.
 *
 * @param inspected takes the paths of all files on which that depends
 */
export function pythonPlugin(root: string, inspected: Set<string>): Plugin {
  return {
    name: "covalent-python",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${PREFIX}`) }, ({ path }) => ({
        namespace: "covalent-python",
        path: path.slice(PREFIX.length),
      }));
      build.onLoad({ filter: /.*/, namespace: "covalent-python" }, ({ path }) => {
        const found = readPythonFile(join(root, path));
        for (const file of found.inspected) inspected.add(file);
        const directory = modulePath(found.directory, root);
        const module: PythonModule = { ...found.module, directory: directory === "" ? "" : `${directory}/` };
        return {
          contents: `__covalent.python(${JSON.stringify(path)}, ${JSON.stringify(module)});\n`,
          loader: "js",
        };
      });
    },
  };
}
