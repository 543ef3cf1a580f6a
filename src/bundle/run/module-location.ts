import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** What a module knows of itself: its source file's, wherever the bundle lies. */
export interface ModuleLocation {
  readonly filename: string;
  readonly dirname: string;
  /** Stands for `import.meta`. */
  readonly meta: ImportMeta;
}

export function moduleLocation(filename: string): ModuleLocation {
  const url = pathToFileURL(filename).href;
  const directory = dirname(filename);
  const resolve = (specifier: string) => resolveFrom(url, specifier);
  return { filename, dirname: directory, meta: { url, filename, dirname: directory, main: false, resolve } };
}

function resolveFrom(url: string, specifier: string): string {
  if (/^\.{0,2}\//.test(specifier) || URL.canParse(specifier)) return new URL(specifier, url).href;
  if (isBuiltin(specifier)) return `node:${specifier}`;
  return pathToFileURL(createRequire(url).resolve(specifier)).href;
}
