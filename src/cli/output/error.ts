import { inspect } from "node:util";
import { CovalentError } from "../../model/errors.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/**
 * An error as every command tells it: message and hint on standard error, or one JSON document under `--json`. A command may
 * have a sentence of its own `between` the two.
 */
export function printError(terminal: Terminal, error: unknown, debug: boolean, between?: string): void {
  const { code, message, hint } = describe(error);
  const { red, cyan } = terminal.noteColors;
  if (terminal.json) terminal.data({ error: { code, message, hint: hint ?? null } });
  else {
    noteSafely(terminal, `${red("error:")} ${message}`);
    if (between !== undefined) terminal.note(between);
    if (hint !== undefined && hint !== "") noteSafely(terminal, `${cyan("hint:")} ${hint}`);
  }
  if (debug && error instanceof Error) noteSafely(terminal, inspect(error, { compact: false }));
}

/** Errors name what others have written; they are read on a terminal in the end, whatever they pass through until then. */
function noteSafely(terminal: Terminal, text: string): void {
  terminal.note(printable(text, terminal.noteColors.isColorSupported));
}

interface Description {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

function describe(error: unknown): Description {
  if (error instanceof CovalentError) return { code: error.code, message: error.message, hint: error.hint };
  // Whatever else is thrown comes from the user's own module or is a fault of ours; the stack tells which.
  if (!(error instanceof Error)) return { code: "UNEXPECTED", message: String(error) };
  const message = error.message === "" ? error.name : `${error.name}: ${error.message}`;
  return {
    code: "UNEXPECTED",
    message,
    hint: `${userFrame(error) ?? "Run it again with --debug to see where."}`,
  };
}

/** The first line of a stack outside of packages and Node itself. */
function userFrame(error: Error): string | undefined {
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return frames.find((line) => !/node:|[\\/]node_modules[\\/]/.test(line))?.trim();
}
