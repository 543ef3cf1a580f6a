/**
 * The call of a Python function in a process of its own: an interpreter that needs nothing installed. It gets the call on one pipe and
 * answers on another, so that stdin, stdout and stderr are the function's own. Each call has a fresh process: nothing of an earlier one
 * is left, whatever it did, and ending the process ends the call.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { FailureKind } from "../model/failure.ts";
import type { PythonModule } from "../model/python-module.ts";
import { crossingArguments } from "./arguments.ts";
import { describeEnd, type ProcessEnd, startFailure, startProcess } from "./child-process.ts";
import { arrived, type Crossing, pathText } from "./crossing.ts";
import { decodeMessage, encodeMessage, type Message } from "./frames.ts";
import { leptonFault } from "./lepton-fault.ts";
import { pythonName } from "./python-files.ts";
import { withScratchDirectory } from "./scratch-directory.ts";

/** A Python function. */
export interface PythonFunction {
  /** What the lepton is called, for messages. */
  readonly name: string;
  /** The interpreter: a path, or a name that is looked up in PATH. */
  readonly python: string;
  readonly module: PythonPlace;
  readonly function: string;
  /** The parameters' names; arguments are given by position when absent. */
  readonly argnames: readonly string[] | undefined;
}

/** Where a module is: in the interpreter's environment, a file of this machine, or among files that came with the task. */
export type PythonPlace =
  | { readonly kind: "installed"; readonly name: string }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "carried"; readonly module: PythonModule };

interface CallHeader {
  readonly module: string;
  readonly directory: string | null;
  readonly function: string;
  readonly argnames: readonly string[] | null;
}

/** What the program answers: see program/lepton_call.py. */
type Answer =
  | { readonly outcome: "returned" }
  | {
      readonly outcome: "raised";
      readonly name: string;
      readonly classes: readonly string[];
      readonly message: string;
      readonly traceback: string;
    }
  | {
      readonly outcome: "uncrossable";
      readonly path: readonly (string | number)[];
      readonly reason: string;
      readonly advice: string;
    }
  | {
      readonly outcome: "fault";
      readonly kind: FailureKind;
      readonly reason: string;
      readonly advice: string;
    };

const ADVICE =
  "Name the interpreter of a Python 3.7 or newer: the option `python`, or the setting executors.local.python.";
const PROGRAM = fileURLToPath(new URL("./program/run.py", import.meta.url));

/**
 * Calls a Python function and gives what it returns.
 *
 * @param signal ends the process when it aborts
 * @throws {CovalentError} `LEPTON_VALUE`, `LEPTON_CODE`, `LEPTON_PROGRAM`
 * @throws {Error} what the function raised, by the name of its class, with Python's traceback; `PythonEnded` when its process ended
 */
export async function callPython(
  fn: PythonFunction,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  const given = crossingArguments(args, fn);
  const { module } = fn;
  if (module.kind === "installed") return call(fn, given, { name: module.name, directory: null }, signal);
  if (module.kind === "file") return call(fn, given, pythonName(module.file), signal);
  const { name, directory, files } = module.module;
  return withScratchDirectory(async (scratch) => {
    await writeFiles(scratch, files);
    const called = call(fn, given, { name, directory: scratch }, signal);
    return called.catch((error) => Promise.reject(asInProject(error, scratch, directory)));
  });
}

async function writeFiles(directory: string, files: PythonModule["files"]): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** Tracebacks name the files of the project, and not the copies that ran. */
function asInProject(error: unknown, scratch: string, directory: string): unknown {
  if (error instanceof Error && error.stack !== undefined) {
    error.stack = error.stack.replaceAll(`${scratch}/`, directory);
  }
  return error;
}

async function call(
  fn: PythonFunction,
  given: Crossing,
  { name, directory }: { readonly name: string; readonly directory: string | null },
  signal: AbortSignal,
): Promise<unknown> {
  const { child, ended } = await started(fn, signal);
  const header: CallHeader = {
    module: name,
    directory,
    function: fn.function,
    argnames: fn.argnames?.slice(0, (given.value as readonly unknown[]).length) ?? null,
  };
  const [, , , to, from] = child.stdio as unknown as readonly [null, null, null, Writable, Readable];
  const answered = buffer(from).catch(() => Buffer.alloc(0));
  for (const piece of encodeMessage({ header, crossing: given })) to.write(piece);
  to.end();
  const [bytes, end] = await Promise.all([answered, ended]);
  signal.throwIfAborted();
  const answer = decodeMessage<Answer>(bytes);
  if (answer === undefined) throw tooOld(fn, bytes.toString("latin1", 0, 100)) ?? endedEarly(fn, end);
  return resultOf(answer, fn);
}

/** See program/run.py. */
function tooOld({ name, python }: PythonFunction, answer: string): Error | undefined {
  const [, version] = /^too old: (.*)/.exec(answer) ?? [];
  if (version === undefined) return undefined;
  const reason = `it is Python ${version}`;
  return leptonFault("executor", "LEPTON_PROGRAM", { name, program: python, reason, advice: ADVICE });
}

async function started({ name, python }: PythonFunction, signal: AbortSignal) {
  const stdio = ["ignore", "inherit", "inherit", "pipe", "pipe"] as const;
  try {
    return await startProcess(python, ["-u", PROGRAM], { stdio: [...stdio] }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const details = { name, program: python, reason: startFailure(error), advice: ADVICE };
    throw leptonFault("executor", "LEPTON_PROGRAM", details, { cause: error });
  }
}

function endedEarly({ python }: PythonFunction, end: ProcessEnd): Error {
  const error = new Error(`the process of ${python} ${describeEnd(end)} before the function returned`);
  error.name = "PythonEnded";
  return Object.assign(error, end);
}

function resultOf({ header, crossing: value }: Message<Answer>, { name }: PythonFunction): unknown {
  switch (header.outcome) {
    case "returned":
      return arrived(value);
    case "raised":
      throw pythonError(header);
    case "uncrossable": {
      const path = pathText(header.path);
      const what = `the result of the lepton ${name}${path === "" ? "" : `, value${path},`}`;
      const { reason, advice } = header;
      throw leptonFault("output", "LEPTON_VALUE", { what, passed: "given back", reason, advice });
    }
    case "fault": {
      const { kind, reason, advice } = header;
      throw leptonFault(kind, "LEPTON_CODE", { name, reason, advice });
    }
  }
}

/** An error of the name of the Python class, and of classes with the names of those above it: `retryOn` may name any of them. */
function pythonError({ name, classes, message, traceback }: Extract<Answer, { outcome: "raised" }>): Error {
  const Class = [name, ...classes].reduceRight<ErrorConstructor>(
    (Above, each) =>
      Object.defineProperty(class extends Above {}, "name", { value: each }) as ErrorConstructor,
    Error,
  );
  const error = new Class(message);
  Object.defineProperty(error, "name", { value: name, configurable: true });
  error.stack = `${name}: ${message}\n${traceback}`;
  return error;
}
