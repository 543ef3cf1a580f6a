import { types } from "node:util";
import { CovalentError } from "../model/errors.ts";
import { isTooDeep } from "./depth.ts";
import { isHandle } from "./kind.ts";

/** Stands in a value for what could not be read: a getter or the trap of a Proxy threw. */
export class Unreadable {
  readonly #cause: unknown;

  constructor(cause: unknown) {
    this.#cause = cause;
  }

  get cause(): unknown {
    return this.#cause;
  }

  /** As `instanceof`, which would call the traps of a Proxy. */
  static is(value: object): value is Unreadable {
    return #cause in value;
  }
}

interface Refusal {
  readonly reason: string;
  readonly advice: string;
}

/** The error for a value that cannot be stored. `path` leads to `value` from the outermost value: `.fits[2].model`. */
export function unserializable(path: string, value: unknown): CovalentError {
  const { reason, advice } = refusalOf(value);
  const cause = isObject(value) && Unreadable.is(value) ? { cause: value.cause } : undefined;
  return new CovalentError("UNSERIALIZABLE", { what: `value${path}`, path, reason, advice }, cause);
}

const AWAIT = "Await it and pass what it resolves to.";
const DATA =
  "Pass its data as a plain object, array, Map or Set, and make the instance again where it is needed.";
const TASK = "Import it where it is needed, or make it a task of its own.";

function refusalOf(value: unknown): Refusal {
  if (isHandle(value)) {
    const advice = "Pass the handle itself as an argument, or inside arrays and plain objects.";
    return { reason: "it is the handle of a task that has not run yet", advice };
  }
  if (isObject(value) && Unreadable.is(value)) return unreadable(value.cause);
  if (typeof value === "function") {
    return {
      reason: value.name === "" ? "it is a function" : `it is the function ${value.name}`,
      advice: TASK,
    };
  }
  if (typeof value === "symbol")
    return { reason: `it is the symbol ${String(value)}`, advice: "Use a string." };
  return refusedObject(Object(value));
}

function refusedObject(value: object): Refusal {
  if (types.isProxy(value)) return { reason: "it is a Proxy that does not let itself be read", advice: DATA };
  if (types.isPromise(value)) return { reason: "it is a Promise", advice: AWAIT };
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return refusedMemory(value);
  const symbol = symbolKeyOf(value);
  const name = classNameOf(value);
  if (name === undefined && symbol !== undefined) {
    return { reason: `it has the symbol ${String(symbol)} as a key`, advice: "Use strings as keys." };
  }
  if (name === undefined) return { reason: "it is an object of a class without a name", advice: DATA };
  return { reason: `it is an instance of the class ${name}`, advice: DATA };
}

function refusedMemory(value: ArrayBufferView | ArrayBufferLike): Refusal {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  const copy = "Pass a copy: `.slice()`.";
  if (types.isSharedArrayBuffer(buffer))
    return { reason: "its memory is shared between threads", advice: copy };
  if (buffer.detached)
    return { reason: "its memory was transferred to someone else", advice: "Pass it before that." };
  return { reason: `it is an instance of the class ${classNameOf(value) ?? "without a name"}`, advice: copy };
}

function unreadable(cause: unknown): Refusal {
  if (isTooDeep(cause)) {
    return { reason: "it is nested too deeply", advice: "Pass a flat list instead of a chain of objects." };
  }
  if (cause instanceof RangeError && /string length/.test(cause.message)) {
    return { reason: "its text is too long", advice: "Use typed arrays, or write a file and pass its path." };
  }
  const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : "something that is no Error";
  return {
    reason: `reading it threw ${what}`,
    advice: "Pass plain data without getters or proxies that throw.",
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function classNameOf(value: object): string | undefined {
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return undefined;
    const { name } = (prototype as object).constructor;
    return name === "" ? undefined : name;
  } catch {
    return undefined;
  }
}

function symbolKeyOf(value: object): symbol | undefined {
  try {
    return Object.getOwnPropertySymbols(value)[0];
  } catch {
    return undefined;
  }
}
