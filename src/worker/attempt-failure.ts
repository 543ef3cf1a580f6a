import type { ErrorData } from "../model/error-data.ts";
import { CovalentError } from "../model/errors.ts";
import type { Failure, FailureKind } from "../model/failure.ts";
import { errorToData } from "../serialization/error-data.ts";
import { cut, MAX_MESSAGE, MAX_STACK, userStack } from "./user-stack.ts";

/** In characters, as JSON: of an error with more than that, only itself is kept as data, and not its causes. */
const MAX_DATA = 256 * 1024;

/** A thrown value as a failure, its causes in the text of the stack. Whatever was thrown: this never throws. */
export function failureOf(kind: FailureKind, thrown: unknown): Failure {
  const thrownData = errorToData(thrown);
  const whole = tidied(kind, thrownData);
  const isSmall = JSON.stringify(whole).length <= MAX_DATA;
  const data = isSmall ? whole : tidied(kind, withoutParts(thrownData));
  if (data.stack === undefined) {
    return { kind, name: data.name, message: `${data.message} was thrown, which is not an Error`, data };
  }
  const hint = thrown instanceof CovalentError ? thrown.hint : hintOn(thrownData);
  const message = cut(joinSentences(thrownData.message, hint), MAX_MESSAGE);
  const classes = classesAbove(thrown, data.name);
  return {
    kind,
    name: data.name,
    ...(classes.length > 0 && { classes }),
    message,
    stack: cut(stackOf(whole), MAX_STACK),
    data,
  };
}

/** In a worker `process.env` is watched (environment.ts), which V8 does not clone, and does not say so. */
function hintOn({ name, message }: ErrorData): string | undefined {
  const isProxy =
    name === "DataCloneError" && /^(\[object Object\]|#<Object>) could not be cloned/.test(message);
  return isProxy ? "If it holds process.env, give it a copy: { ...process.env }" : undefined;
}

/** The classes that an error's own one extends: `retryOn` may name any of them. */
function classesAbove(thrown: unknown, name: string): string[] {
  const names: string[] = [];
  try {
    for (let of: unknown = thrown; of instanceof Error; of = Object.getPrototypeOf(of))
      names.push(of.constructor.name);
  } catch {
    // Whatever was thrown may answer with an error of its own.
    return [];
  }
  return [...new Set(names)].filter((each) => each !== "Error" && each !== name && each !== "").slice(0, 20);
}

/** An error and what it holds, with short texts and stacks that speak of the user's files. */
function tidied(kind: FailureKind, error: ErrorData): ErrorData {
  const { message, stack, cause, errors } = error;
  // Without a stack it is not an Error, unless somebody has taken the stack away.
  const hasStack = stack !== undefined || error.name !== "NonError";
  return {
    ...error,
    message: cut(message, MAX_MESSAGE),
    ...(hasStack && { stack: userStack(kind, error) }),
    ...(cause && { cause: tidied(kind, cause) }),
    ...(errors && { errors: errors.map((each) => tidied(kind, each)) }),
  };
}

function withoutParts({ name, message, stack }: ErrorData): ErrorData {
  return { name, message, ...(stack !== undefined && { stack }) };
}

function joinSentences(message: string, hint: string | undefined): string {
  if (hint === undefined || hint === "") return message;
  return `${message}${/[.!?:]\s*$/.test(message) ? " " : ". "}${hint}`;
}

function stackOf(error: ErrorData): string {
  const texts: string[] = [];
  for (let current: ErrorData | undefined = error; current !== undefined; current = current.cause) {
    texts.push(current.stack ?? current.message);
  }
  return texts.join("\nCaused by: ");
}
