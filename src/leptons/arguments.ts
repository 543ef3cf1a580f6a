import type { CovalentError } from "../model/errors.ts";
import { type Crossing, crossing, pathText, Uncrossable } from "./crossing.ts";
import { leptonFault } from "./lepton-fault.ts";

/** What a lepton and its arguments are called. */
export interface NamedArguments {
  readonly name: string;
  /** The arguments' names; by position when absent. */
  readonly argnames: readonly string[] | undefined;
}

/**
 * A lepton's arguments, ready to cross to Python.
 *
 * @throws {CovalentError} `LEPTON_VALUE` that names the argument and the path inside of it
 */
export function crossingArguments(args: readonly unknown[], lepton: NamedArguments): Crossing {
  checkCount(args, lepton);
  try {
    return crossing(args);
  } catch (error) {
    if (!(error instanceof Uncrossable)) throw error;
    const [index = 0, ...path] = error.path;
    throw refusedArgument(Number(index), lepton, pathText(path), error.message, error.advice);
  }
}

/** @throws {CovalentError} `LEPTON_VALUE` when there are more arguments than names */
export function checkCount(args: readonly unknown[], lepton: NamedArguments): void {
  const { argnames } = lepton;
  if (argnames === undefined || args.length <= argnames.length) return;
  const reason = `argnames has a name for ${argnames.length} of ${args.length} arguments`;
  throw refusedArgument(argnames.length, lepton, "", reason, "Give it a name there, or leave it out.");
}

/** The error for an argument that a lepton cannot be given. */
export function refusedArgument(
  index: number,
  { name, argnames }: NamedArguments,
  path: string,
  reason: string,
  advice: string,
): CovalentError {
  const what = `the argument ${argnames?.[index] ?? `arg[${index}]`}${path} of the lepton ${name}`;
  return leptonFault("input", "LEPTON_VALUE", { what, passed: "given to it", reason, advice });
}
