/**
 * Leptons: electrons in other languages. A lepton says what is called, and is called like any other electron; a worker runs it in a
 * process of its own (../leptons/). So whatever holds for electrons holds for it: executors, retries, timeouts, cancelling, cache.
 */
import { existsSync } from "node:fs";
import { dirname, posix, resolve } from "node:path";
import type { Definition } from "../definition/definition.ts";
import { carriedPython } from "../definition/definitions.ts";
import { atUserLine } from "../definition/user-line.ts";
import type { OutputKind } from "../leptons/output-kind.ts";
import type { PythonPlace } from "../leptons/python-call.ts";
import { CovalentError } from "../model/errors.ts";
import { isPythonPath } from "../model/python-module.ts";
import { context } from "./context.ts";
import type { Electron } from "./electron-type.ts";
import { noteLeptonCode } from "./lepton-code.ts";
import { checkShellOptions, PYTHON_RULES, SHELL_RULES } from "./lepton-options.ts";
import { type ElectronParts, makeElectron } from "./make-electron.ts";
import { type ElectronOptions, extendedOptions } from "./options.ts";

/**
 * A Python function as an electron; the options of electrons beside it.
 *
 * @example
 * import { lepton, type PythonOptions } from "covalent-ts";
 *
 * const options: PythonOptions = { module: "statistics", function: "stdev", retries: 2 };
 * export const deviation = lepton.python<[number[]], number>(options);
 */
export interface PythonOptions extends ElectronOptions {
  /**
   * A file, by its path from this module: `"./fit.py"`, written down as such in the module. It travels to workers with all that it
   * imports from beside it. Or the name of a module that the interpreter has: `"scipy.stats"`.
   */
  readonly module: string;
  /** The function's name in the module; `"Model.load"` for one of a class. */
  readonly function: string;
  /** The names of the arguments: they are given as keyword arguments then, else by position. */
  readonly argnames?: readonly string[] | undefined;
  /** The interpreter, where the task runs; the server's (`executors.local.python`, else `python3`) when absent. */
  readonly python?: string | undefined;
}

/**
 * A shell command as an electron; the options of electrons beside it.
 *
 * @example
 * import { lepton, type ShellOptions } from "covalent-ts";
 *
 * const options: ShellOptions = { command: 'sort -u "$file"', argnames: ["file"], output: "lines" };
 * export const unique = lepton.shell<[string], string[]>(options);
 */
export interface ShellOptions extends ElectronOptions {
  /** The text of the command, which finds its arguments in `"$1"`, `"$2"`, ..., and in variables of their names. It stops where a command of it fails. */
  readonly command: string;
  /** The names of the arguments. */
  readonly argnames?: readonly string[] | undefined;
  /** The name of the argument that the command reads from standard input, and not as an argument: a text, or bytes of any size. */
  readonly stdin?: string | undefined;
  /** What its standard output is read as: `"text"` when absent, without the last line break. */
  readonly output?: OutputKind | undefined;
  /** Files that it writes, by name, and what each is read as: it finds the path in the variable of that name, and gives an object of them. */
  readonly outputs?: Readonly<Record<string, OutputKind>> | undefined;
  /** The shell; `sh` when absent. */
  readonly shell?: string | undefined;
}

/**
 * Tasks in other languages.
 *
 * @example
 * import { electron, lattice, lepton } from "covalent-ts";
 *
 * const lines = lepton.shell<[string], string[]>({ command: 'grep -v "^#" "$1"', output: "lines" });
 * const numbers = electron((all: string[]) => Float64Array.from(all, Number));
 * const deviation = lepton.python<[Float64Array], number>({ module: "statistics", function: "stdev" });
 * export const spread = lattice((path: string) => deviation(numbers(lines(path))));
 */
export const lepton = Object.freeze({ python, shell });

/**
 * Makes an electron of a Python function. It needs an interpreter where it runs, and nothing installed there; NumPy, where it is there, makes
 * NumPy arrays of typed arrays.
 *
 * @throws {CovalentError} `INVALID_OPTION`, `INVALID_ARGUMENT`, `FILE_NOT_FOUND` when there is no such file
 */
function python<A extends readonly unknown[] = unknown[], R = unknown>(
  options: PythonOptions,
): Electron<(...args: A) => Promise<R>> {
  const { own, electron } = extendedOptions("lepton.python", options, PYTHON_RULES);
  const { module, function: path, argnames } = own as unknown as PythonOptions;
  requireOptions("lepton.python", own, ["module", "function"]);
  const run = async (...args: unknown[]): Promise<unknown> => {
    const { callPython } = await import("../leptons/python-call.ts");
    const interpreter =
      (own.python as string | undefined) ?? process.env.COVALENT_EXECUTORS_LOCAL_PYTHON ?? "python3";
    const called = { name: object.name, python: interpreter, module: place, function: path, argnames };
    return callPython(called, args, context().signal);
  };
  const object = makeLepton(run, electron, argnames, "python", python);
  const place = placeOf(module, object.definition, python);
  noteLeptonCode(object, ["python", place, path, argnames, own.python]);
  return object as unknown as Electron<(...args: A) => Promise<R>>;
}

/**
 * Makes an electron of a shell command.
 *
 * @throws {CovalentError} `INVALID_OPTION`, `INVALID_ARGUMENT`
 */
function shell<A extends readonly unknown[] = unknown[], R = string>(
  options: ShellOptions,
): Electron<(...args: A) => Promise<R>> {
  const { own, electron } = extendedOptions("lepton.shell", options, SHELL_RULES);
  requireOptions("lepton.shell", own, ["command"]);
  const { command, argnames, stdin, output, outputs, shell: program } = own as unknown as ShellOptions;
  checkShellOptions(own);
  const run = async (...args: unknown[]): Promise<unknown> => {
    const { runShell } = await import("../leptons/shell-call.ts");
    const said = { command, argnames, stdin, outputs, output: output ?? "text", shell: program ?? "sh" };
    return runShell({ ...said, name: object.name }, args, context().signal);
  };
  const object = makeLepton(run, electron, argnames, "shell", shell);
  noteLeptonCode(object, ["shell", own]);
  return object as unknown as Electron<(...args: A) => Promise<R>>;
}

function makeLepton(
  fn: ElectronParts["fn"],
  options: ElectronOptions,
  argnames: readonly string[] | undefined,
  language: Electron["language"],
  boundary: ElectronParts["boundary"],
): Electron {
  const names = () => (index: number) => argnames?.[index] ?? `arg[${index}]`;
  // It has no function of the user's that could have a name: it is called by the variable that it is assigned to.
  return makeElectron({ fn, named: { name: "" }, options, names, language, boundary });
}

function requireOptions(kind: string, own: object, required: readonly string[]): void {
  const option = required.find((each) => !Object.hasOwn(own, each));
  if (option === undefined) return;
  throw new CovalentError("INVALID_OPTION", { kind, option, reason: "is missing" });
}

/** Where the module of a lepton is: what a bundle carries in a worker, the user's own file anywhere else. */
function placeOf(module: string, definition: Definition, boundary: ElectronParts["boundary"]): PythonPlace {
  if (!isPythonPath(module)) return { kind: "installed", name: module };
  if (definition.bundled) {
    const path = posix.join(posix.dirname(definition.module), module);
    const carried = carriedPython(path);
    if (carried !== undefined) return { kind: "carried", module: carried };
    throw notFound(
      path,
      "",
      "A bundle carries the file when the path is a text in the module that defines the lepton.",
    );
  }
  const file = resolve(dirname(definition.module), module);
  if (!existsSync(file))
    throw notFound(file, atUserLine(boundary), "The path is that from the module that defines the lepton.");
  return { kind: "file", file };
}

function notFound(file: string, where: string, advice: string): CovalentError {
  return new CovalentError("FILE_NOT_FOUND", {
    file: `${file}${where === "" ? "" : `, which a lepton names${where}`}`,
    advice,
  });
}
