import { types } from "node:util";

/** Characters of a parameter's text. */
const LENGTH = 40;

/** Parts of an object that are looked at: the rest could not be shown anyway. */
const PARTS = 8;

/**
 * A short text for a value, to recognise a parameter by in a graph. It never runs code of the value's (no getter, no `toString`,
 * no `toJSON`) and looks at a few of its parts only.
 *
 * @example
 * shortText({ path: "data/co2.csv", skip: [1, 2, 3] }); // {path: "data/co2.csv", skip: [3 items]}
 */
export function shortText(value: unknown): string {
  const text = describe(value, 1);
  return text.length <= LENGTH ? text : `${text.slice(0, LENGTH - 1)}…`;
}

function describe(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, LENGTH));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  const kind = kindOf(value);
  if (kind !== "Object") return kind;
  return Array.isArray(value) ? describeList(value, depth) : describeDict(value, depth);
}

function describeList(list: readonly unknown[], depth: number): string {
  if (depth === 0) return `[${list.length} items]`;
  const shown = Array.from({ length: Math.min(list.length, PARTS) }, (_, index) =>
    describeField(list, index),
  );
  return `[${shown.join(", ")}${list.length > PARTS ? ", …" : ""}]`;
}

function describeDict(dict: object, depth: number): string {
  if (depth === 0) return "{…}";
  const keys = Object.keys(dict);
  const shown = keys.slice(0, PARTS).map((key) => `${key}: ${describeField(dict, key)}`);
  return `{${shown.join(", ")}${keys.length > PARTS ? ", …" : ""}}`;
}

function describeField(holder: object, key: string | number): string {
  const property = Object.getOwnPropertyDescriptor(holder, key);
  return property !== undefined && "value" in property ? describe(property.value, 0) : "…";
}

/** The class of an object by its internal slots, which no code of the user's can answer for. */
function kindOf(value: object): string {
  if (types.isProxy(value)) return "Proxy";
  if (types.isMap(value)) return `Map(${mapSize.call(value)})`;
  if (types.isSet(value)) return `Set(${setSize.call(value)})`;
  if (types.isDate(value)) return "Date";
  if (types.isRegExp(value)) return "RegExp";
  if (types.isNativeError(value)) return "Error";
  if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return "bytes";
  return "Object";
}

const mapSize = sizeGetter(Map.prototype);
const setSize = sizeGetter(Set.prototype);

function sizeGetter(prototype: object): () => unknown {
  return Object.getOwnPropertyDescriptor(prototype, "size")?.get ?? (() => "?");
}
