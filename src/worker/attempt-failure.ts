import { inspect } from "node:util";
import { CovalentError } from "../model/errors.ts";
import type { Failure, FailureKind } from "../model/failure.ts";

/** The folder of this file: frames of the worker's own program say nothing to the user. */
const OWN_FILES = new URL(".", import.meta.url).href;
const OWN_PATH = new URL(".", import.meta.url).pathname;

/** A thrown value as a failure, its causes in the text of the stack. Whatever was thrown: this never throws. */
export function failureOf(kind: FailureKind, thrown: unknown): Failure {
  if (!(thrown instanceof Error)) {
    const message = `${describe(thrown)} was thrown, which is not an Error`;
    return { kind, name: "NonError", message };
  }
  const hint = thrown instanceof CovalentError && thrown.hint !== undefined ? ` ${thrown.hint}` : "";
  return {
    kind,
    name: String(thrown.name),
    message: `${String(thrown.message)}${hint}`,
    stack: stackOf(thrown),
  };
}

function stackOf(error: Error): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  let current: unknown = error;
  while (current !== undefined && !seen.has(current)) {
    seen.add(current);
    texts.push(current instanceof Error ? userStack(current) : describe(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return texts.join("\nCaused by: ");
}

function userStack(error: Error): string {
  const stack = typeof error.stack === "string" ? error.stack : `${error.name}: ${error.message}`;
  return stack
    .split("\n")
    .filter((line) => !/^\s+at /.test(line) || !isOwn(line))
    .join("\n");
}

function isOwn(line: string): boolean {
  return line.includes(OWN_FILES) || line.includes(OWN_PATH) || line.includes("(node:internal/");
}

function describe(value: unknown): string {
  try {
    return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY });
  } catch {
    return `a ${typeof value}`;
  }
}
