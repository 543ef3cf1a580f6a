import type { ErrorData } from "../model/error-data.ts";
import { describe } from "./describe.ts";
import { isError } from "./kind.ts";

export type { ErrorData };

const MAX_CAUSES = 10;
const MAX_ERRORS = 20;
const MAX_FIELDS = 50;
const MAX_FIELD_TEXT = 400;

/**
 * Whatever was thrown, as data. Never throws; a cause that leads back to its error ends the chain.
 *
 * @example
 * errorToData(new TypeError("no rows", { cause: error })); // { name: "TypeError", message: "no rows", stack, cause: {...} }
 */
export function errorToData(error: unknown): ErrorData {
  return toData(error, new Set());
}

/** An Error with the name, message, stack, cause and fields of the data. Its class is Error, or AggregateError. */
export function errorFromData(data: ErrorData): Error {
  const { name, message, stack, cause, errors, fields = {} } = data;
  const options = cause === undefined ? undefined : { cause: errorFromData(cause) };
  const error = errors
    ? new AggregateError(errors.map(errorFromData), message, options)
    : new Error(message, options);
  define(error, "name", name, false);
  define(error, "stack", stack ?? `${name}: ${message}`, false);
  for (const [key, value] of Object.entries(fields)) define(error, key, value, true);
  return error;
}

function toData(error: unknown, above: ReadonlySet<unknown>): ErrorData {
  if (!isError(error))
    return { name: "NonError", message: typeof error === "string" ? error : describe(error) };
  const path = new Set([...above, error]);
  const stack = read(error, "stack");
  const cause = read(error, "cause");
  const errors = read(error, "errors");
  const follow = cause !== undefined && path.size <= MAX_CAUSES && !path.has(cause);
  const aggregate = error instanceof AggregateError && Array.isArray(errors) && path.size <= MAX_CAUSES;
  const fields = fieldsOf(error);
  return {
    name: nameOf(error),
    message: asText(read(error, "message")) ?? "",
    ...(typeof stack === "string" ? { stack } : {}),
    ...(follow ? { cause: toData(cause, path) } : {}),
    ...(aggregate ? { errors: errors.slice(0, MAX_ERRORS).map((each) => toData(each, path)) } : {}),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
  };
}

const TOLD_APART: ReadonlySet<string> = new Set(["name", "message", "stack", "cause", "errors"]);

function fieldsOf(error: Error): Record<string, string | number | boolean | null> {
  const fields: Record<string, string | number | boolean | null> = {};
  const keys = Object.keys(error).filter((key) => !TOLD_APART.has(key));
  for (const key of keys.slice(0, MAX_FIELDS)) define(fields, key, asJson(read(error, key)), true);
  return fields;
}

function nameOf(error: Error): string {
  const name = asText(read(error, "name")) ?? "Error";
  const madeBy = read(error, "constructor");
  // `class HttpError extends Error {}` gives its errors no name of their own, yet people know them by that one.
  return name === "Error" && typeof madeBy === "function" && madeBy.name !== "" ? madeBy.name : name;
}

function read(error: Error, key: string): unknown {
  try {
    return Reflect.get(error, key);
  } catch {
    // A getter of the user's that throws must not hide the error that carries it.
    return undefined;
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function asJson(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) {
    return value as string | number | boolean | null;
  }
  return describe(value, MAX_FIELD_TEXT);
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}
