import { types } from "node:util";

/**
 * What a value is, as far as the codec is concerned. Built-in classes are told by their internal slots, which nothing can
 * forge, and in objects of another realm too; an instance of a user's class is `Refused`, and so is a subclass of a built-in
 * one, whose class would be lost without a word. Errors are the exception: every subclass of Error is carried by its name.
 */
export type Kind =
  | "Object"
  | "Array"
  | "Date"
  | "RegExp"
  | "Map"
  | "Set"
  | "Number"
  | "String"
  | "Boolean"
  | "BigInt"
  | "Error"
  | "ArrayBuffer"
  | "View"
  | "Refused";

/** Marks the handles that an electron call returns inside a lattice: promises of values, not values. */
const HANDLE = Symbol.for("covalent-ts.handle");

/** True for a lattice's handle. Never throws. */
export function isHandle(value: unknown): boolean {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  try {
    return (value as Record<symbol, unknown>)[HANDLE] !== undefined;
  } catch {
    return false;
  }
}

/** The kind of an object. May throw what the traps of a Proxy throw. */
export function kindOf(value: object): Kind {
  if (isHandle(value)) return "Refused";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return "Object";
  if (Array.isArray(value)) return chainLength(prototype) === 2 ? "Array" : "Refused";
  if (isError(value)) return "Error";
  if (Buffer.isBuffer(value)) return "View";
  const kind = builtInKind(value);
  if (kind !== undefined) return chainLength(prototype) === classDepth(value) ? kind : "Refused";
  return isForeignObjectPrototype(prototype) ? "Object" : "Refused";
}

/** True for instances of Error, its subclasses and DOMException (which `AbortSignal` aborts with). */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || (!types.isProxy(value) && value instanceof DOMException);
}

function builtInKind(value: object): Kind | undefined {
  if (types.isDate(value)) return "Date";
  if (types.isMap(value)) return "Map";
  if (types.isSet(value)) return "Set";
  if (types.isRegExp(value)) return "RegExp";
  if (ArrayBuffer.isView(value)) return isOwnMemory(value.buffer) ? "View" : undefined;
  if (isOwnMemory(value)) return "ArrayBuffer";
  if (types.isNumberObject(value)) return "Number";
  if (types.isStringObject(value)) return "String";
  if (types.isBooleanObject(value)) return "Boolean";
  if (types.isBigIntObject(value)) return "BigInt";
  return undefined;
}

/** False for memory that is shared between threads or was transferred away. */
function isOwnMemory(value: object): boolean {
  return types.isArrayBuffer(value) && !value.detached;
}

/** How many prototypes a direct instance has: `Map.prototype` and `Object.prototype`, one more for typed arrays. */
function classDepth(value: object): number {
  return types.isTypedArray(value) ? 3 : 2;
}

function chainLength(prototype: unknown): number {
  let length = 0;
  for (let next = prototype; next !== null; next = Object.getPrototypeOf(next)) length++;
  return length;
}

function isForeignObjectPrototype(prototype: unknown): boolean {
  const isRoot = Object.getPrototypeOf(prototype) === null;
  return isRoot && Object.hasOwn(prototype as object, "isPrototypeOf");
}
