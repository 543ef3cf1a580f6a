/** A Python file with the files beside it that it imports, as they travel in a bundle. */
export interface PythonModule {
  /** By which Python imports it from the directory of the files: `fit`, or `models.fit` when it lies in a package. */
  readonly name: string;
  /** Where the files lay in the project, for messages: `src/`, or nothing for the project's own directory. */
  readonly directory: string;
  /** Text by path, relative to that directory, with `/`: `{ "models/__init__.py": "", "models/fit.py": "..." }`. */
  readonly files: Readonly<Record<string, string>>;
}

/** True for the path of a Python file from some module, which is how a module is named that is none of the interpreter's own. */
export function isPythonPath(module: string): boolean {
  return /^\.{1,2}\/.*[^/]\.py$/.test(module);
}
