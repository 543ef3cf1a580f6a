import type { BinaryReader } from "./binary-reader.ts";
import { corrupt } from "./envelope.ts";

/**
 * The way back from reductions.ts. Errors and objects with unusual keys may be part of a cycle, so a reviver only makes the
 * empty object; `finish` fills all of them when everything they refer to exists.
 */
export interface Revival {
  readonly revivers: Readonly<Record<string, (reduced: unknown) => unknown>>;
  finish(): void;
}

type Reduced = Readonly<Record<string, unknown>>;

export function createRevival(binary: BinaryReader): Revival {
  const errors = new Map<Reduced, Error>();
  const fields = new Map<Reduced, object>();
  const shells =
    <T extends object>(made: Map<Reduced, T>, make: (reduced: Reduced) => T) =>
    (reduced: unknown): T => {
      if (!isRecord(reduced))
        throw corrupt("its text holds an object in a form that Covalent does not write");
      const shell = made.get(reduced) ?? make(reduced);
      made.set(reduced, shell);
      return shell;
    };
  return {
    revivers: { Binary: binary, Error: shells(errors, emptyError), Fields: shells(fields, emptyObject) },
    finish() {
      // First the objects: an error's own fields can be one of them.
      for (const [reduced, shell] of fields) fillObject(shell, reduced);
      for (const [reduced, error] of errors) fillError(error, reduced);
    },
  };
}

const ERROR_CLASSES: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function emptyError(reduced: Reduced): Error {
  const errorClass = reduced["@class"];
  if (errorClass === "AggregateError") return withoutOwnProperties(new AggregateError([]));
  if (errorClass === "DOMException") return domException(reduced);
  if (typeof errorClass !== "string" || !Object.hasOwn(ERROR_CLASSES, errorClass))
    throw corrupt("it has an error of no known class");
  return withoutOwnProperties(new (ERROR_CLASSES[errorClass] ?? Error)());
}

/** Its name and message are fixed when it is made. It has no cause that could be a cycle through them. */
function domException(reduced: Reduced): Error {
  const own = isRecord(reduced["@own"]) ? reduced["@own"] : {};
  return new DOMException(textOf(own.message) ?? "", textOf(reduced["@name"]) ?? "Error");
}

function withoutOwnProperties(error: Error): Error {
  delete error.stack;
  return error;
}

const HIDDEN: ReadonlySet<string> = new Set(["message", "stack", "cause"]);

function fillError(error: Error, reduced: Reduced): void {
  const own = reduced["@own"];
  if (!isRecord(own)) throw corrupt("it has an error without properties");
  const isDomException = error instanceof DOMException;
  const name = reduced["@name"];
  if (name !== undefined && !isDomException) define(error, "name", name, false);
  for (const key of Object.keys(own)) {
    if (isDomException && key === "message") continue;
    const hidden = HIDDEN.has(key) || (key === "errors" && error instanceof AggregateError);
    define(error, key, own[key], !hidden);
  }
}

function emptyObject(reduced: Reduced): object {
  if (reduced["@kind"] === "array") return [];
  return reduced["@kind"] === "null" ? Object.create(null) : {};
}

function fillObject(shell: object, reduced: Reduced): void {
  const own = reduced["@own"];
  if (!isRecord(own)) throw corrupt("it has an object without properties");
  const keys = Object.keys(own);
  if (Array.isArray(shell)) fillArray(shell, reduced["@array"]);
  else keys.splice(Number(reduced["@index"]), 0, "__proto__");
  for (const key of keys) define(shell, key, Object.hasOwn(own, key) ? own[key] : reduced["@proto"], true);
}

function fillArray(shell: unknown[], items: unknown): void {
  if (!Array.isArray(items)) throw corrupt("it has an array without items");
  for (const index of Object.keys(items)) shell[Number(index)] = items[Number(index)];
  shell.length = items.length;
}

function isRecord(value: unknown): value is Reduced {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Defines rather than assigns: neither a setter nor `__proto__` can be reached from stored bytes. */
function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}
