import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { PythonModule } from "../model/python-module.ts";

/** A Python file with what it imports, and what was looked at to find that. */
export interface FoundPython {
  readonly module: Omit<PythonModule, "directory">;
  /** The directory from which Python imports it. */
  readonly directory: string;
  /** Absolute paths of the files that it is made of, and of those that would be part of it if they were there. */
  readonly inspected: readonly string[];
}

/**
 * Reads a Python file with all that it imports from its own directory, or from its package: found by their import statements, those
 * inside of functions too. What it imports by a name that is computed is not found, and what is installed stays where it is.
 *
 * @throws the error of the file system when the file cannot be read
 */
export function readPythonFile(file: string): FoundPython {
  const { name, directory } = pythonName(file);
  const inspected = new Set<string>();
  const files = new Map<string, string>();
  const waiting = [file];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const key = relative(directory, path).split(sep).join("/");
    if (files.has(key)) continue;
    inspected.add(path);
    const text = readFileSync(path, "utf8");
    files.set(key, text);
    for (const name of importedNames(text, packageOf(key)))
      waiting.push(...filesOf(name, directory, inspected));
  }
  for (const init of packageFiles(file, directory))
    files.set(init, readFileSync(join(directory, init), "utf8"));
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    module: { name, files: Object.fromEntries(sorted) },
    directory,
    inspected: [...inspected],
  };
}

/** By which name, from which directory, Python imports a file. */
export function pythonName(file: string): { readonly name: string; readonly directory: string } {
  const directory = packageRoot(dirname(file));
  return { name: moduleName(file, directory), directory };
}

function moduleName(file: string, directory: string): string {
  return relative(directory, file)
    .replace(/(?:[/\\]__init__)?\.py$/, "")
    .split(sep)
    .join(".");
}

/** The first directory above that is no package. */
function packageRoot(directory: string): string {
  return existsSync(join(directory, "__init__.py")) ? packageRoot(dirname(directory)) : directory;
}

/** The `__init__.py` of each package that a file lies in. */
function packageFiles(file: string, directory: string): string[] {
  const steps = relative(directory, dirname(file)).split(sep).filter(Boolean);
  return steps.map((_, index) => [...steps.slice(0, index + 1), "__init__.py"].join("/"));
}

/** The package of a file, as a list of names. */
function packageOf(key: string): readonly string[] {
  return key.split("/").slice(0, -1);
}

const IMPORT = /^[ \t]*import[ \t]+([^\n#]+)/gm;
const FROM = /^[ \t]*from[ \t]+(\.*)[ \t]*([\p{L}\p{N}_.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)/gmu;
const NAME = /[\p{L}_][\p{L}\p{N}_.]*/u;

/** The full names of what a Python text may import, each with the packages above it. */
function importedNames(text: string, inPackage: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (steps: readonly string[]) => {
    for (let count = 1; count <= steps.length; count++) names.add(steps.slice(0, count).join("."));
  };
  const joined = text.replace(/\\\r?\n/g, " ");
  for (const [, list = ""] of joined.matchAll(IMPORT)) for (const name of listed(list)) add(name.split("."));
  for (const [, dots = "", from = "", list = ""] of joined.matchAll(FROM)) {
    const above = dots === "" ? [] : inPackage.slice(0, inPackage.length - dots.length + 1);
    const base = [...above, ...from.split(".").filter(Boolean)];
    add(base);
    for (const name of listed(list)) add([...base, name]);
  }
  return names;
}

/** `(a, b as c,  # why` gives a and b. */
function listed(list: string): string[] {
  return list
    .replace(/#[^\n]*/g, "")
    .split(/[,;]/)
    .flatMap((each) => NAME.exec(each)?.[0] ?? []);
}

function filesOf(name: string, directory: string, inspected: Set<string>): string[] {
  const path = join(directory, ...name.split("."));
  const candidates = [`${path}.py`, join(path, "__init__.py")];
  for (const candidate of candidates) inspected.add(candidate);
  return candidates.filter((candidate) => existsSync(candidate));
}
