import type { BinaryWriter } from "./binary-writer.ts";
import type { Enter } from "./depth.ts";
import { isError, kindOf } from "./kind.ts";
import { Unreadable } from "./refusal.ts";

/**
 * What devalue has no words for, reduced to what it has: binary data to the number of a view, errors to their properties,
 * arrays with named properties and objects with an own `__proto__` to the same without. revive.ts is the way back.
 *
 * The keys beginning with `@` are levels that the value itself does not have; `pathOf` takes them out of a path.
 */
export interface ReducedError {
  /** The built-in class to make again. */
  readonly "@class": string;
  /** Where the error does not have its name from that class. */
  readonly "@name"?: string;
  /** message, stack, cause and errors where present, then the enumerable fields. */
  readonly "@own": Readonly<Record<string, unknown>>;
}

export type ReducedFields =
  | { readonly "@kind": "array"; readonly "@array": readonly unknown[]; readonly "@own": object }
  /** `@index`: the place of `__proto__` among the keys, which are part of the value in their order. */
  | {
      readonly "@kind": "object" | "null";
      readonly "@own": object;
      readonly "@index": number;
      readonly "@proto": unknown;
    };

type Reducer = (value: unknown) => unknown;

/** devalue's reducers: each gives the reduced form, or `undefined` for what is not its own. */
export function createReducers(
  binary: BinaryWriter,
  enter: Enter,
): Record<"Binary" | "Error" | "Fields", Reducer> {
  const reducer = (reduce: (value: object) => unknown) => (value: unknown) => {
    if (typeof value !== "object" || value === null || Unreadable.is(value)) return undefined;
    const reduced = readable(() => reduce(value));
    enter(value, reduced);
    return reduced;
  };
  return {
    Binary: reducer((value) => {
      const kind = kindOf(value);
      return kind === "View" || kind === "ArrayBuffer"
        ? binary.add(value as ArrayBuffer | ArrayBufferView)
        : undefined;
    }),
    Error: reducer((value) => (isError(value) ? reduceError(value) : undefined)),
    Fields: reducer((value) => {
      if (Array.isArray(value)) return kindOf(value) === "Array" ? reduceArray(value) : undefined;
      return Object.hasOwn(value, "__proto__") && kindOf(value) === "Object"
        ? reduceObject(value)
        : undefined;
    }),
  };
}

/** The path that devalue reports, without the levels that reducing added. */
export function pathOf(path: string): string {
  return path.replaceAll(/\["@(?:own|array)"\]/g, "").replaceAll('["@proto"]', '["__proto__"]');
}

function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return new Unreadable(error);
  }
}

const BUILT_IN_ERRORS: ReadonlySet<string> = new Set([
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "AggregateError",
]);

function reduceError(error: Error): ReducedError {
  const errorClass = builtInClassOf(error);
  const { name, message, stack } = error;
  const own: Record<string, unknown> = {};
  if (typeof message === "string" && (Object.hasOwn(error, "message") || message !== ""))
    own.message = message;
  if (typeof stack === "string") own.stack = stack;
  if (Object.hasOwn(error, "cause")) own.cause = error.cause;
  if (errorClass === "AggregateError" && Object.hasOwn(error, "errors"))
    own.errors = (error as AggregateError).errors;
  for (const key of Object.keys(error)) {
    if (!Object.hasOwn(own, key)) define(own, key, (error as unknown as Record<string, unknown>)[key]);
  }
  const named = typeof name === "string" && name !== errorClass ? { "@name": name } : {};
  return { "@class": errorClass, ...named, "@own": own };
}

function builtInClassOf(error: Error): string {
  if (error instanceof DOMException) return "DOMException";
  for (let next: unknown = Object.getPrototypeOf(error); next !== null; next = Object.getPrototypeOf(next)) {
    const name = (next as Error).constructor?.name;
    if (Object.hasOwn(next as object, "constructor") && BUILT_IN_ERRORS.has(name)) return name;
  }
  return "Error";
}

function reduceArray(array: readonly unknown[]): ReducedFields | undefined {
  // Looking at both also meets the traps of a Proxy here, where the path to it is known.
  const { length } = array;
  const keys = Object.keys(array);
  if (keys.length <= length && isIndex(keys.at(-1))) return undefined;
  const named = keys.slice(keys.findLastIndex(isIndex) + 1);
  return { "@kind": "array", "@array": array.slice(), "@own": pick(array, named) };
}

function isIndex(key: string | undefined): boolean {
  if (key === undefined) return true;
  const index = Number(key) >>> 0;
  return String(index) === key && index !== 0xffffffff;
}

function reduceObject(value: object): ReducedFields | undefined {
  const keys = Object.keys(value);
  const index = keys.indexOf("__proto__");
  if (index < 0) return undefined;
  const own = pick(value, keys.toSpliced(index, 1));
  const kind = Object.getPrototypeOf(value) === null ? "null" : "object";
  return { "@kind": kind, "@own": own, "@index": index, "@proto": Reflect.get(value, "__proto__") };
}

function pick(value: object, keys: readonly string[]): object {
  const picked = {};
  for (const key of keys) define(picked, key, Reflect.get(value, key));
  return picked;
}

/** Sets an own property, also where the key is `__proto__`. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
