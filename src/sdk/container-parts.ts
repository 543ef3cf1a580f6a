import { types } from "node:util";

/** A value inside a container, with the way to it as code: `[0]`, `.rows`, `.get("a")`. */
export type LabelledPart = readonly [label: string, value: unknown];

const NOTHING: readonly unknown[] = [];
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** True for arrays and plain objects: the containers in which a handle is replaced by its value. */
export function isStructure(container: object): boolean {
  if (Array.isArray(container)) return true;
  const prototype: unknown = Object.getPrototypeOf(container);
  // The second test is for plain objects of another realm.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** What is inside a container. Bytes, dates and the like have nothing inside; getters of class instances are not run. */
export function partsOf(container: object): Iterable<unknown> {
  if (Array.isArray(container)) return container;
  if (isOpaqueValue(container)) return NOTHING;
  if (types.isMap(container)) return [...container].flat();
  if (types.isSet(container)) return container;
  if (isStructure(container)) return Object.values(container);
  return dataProperties(container).map(([, value]) => value);
}

/** As {@link partsOf}, with the way to each. */
export function labelledParts(container: object): readonly LabelledPart[] {
  // `map` would keep the holes of a sparse array.
  if (Array.isArray(container)) return Array.from(container, (value, index) => [`[${index}]`, value]);
  if (isOpaqueValue(container)) return [];
  if (types.isMap(container)) return [...container].flatMap(mapParts);
  if (types.isSet(container)) return [...container].map((value) => [" (a member)", value]);
  const entries = isStructure(container) ? Object.entries(container) : dataProperties(container);
  return entries.map(([key, value]) => [property(key), value]);
}

/** What a container is, for people: `a Map`, `a Set`, `an Error`, `a Box`. */
export function containerName(container: object): string {
  const prototype: unknown = Object.getPrototypeOf(container);
  const maker = prototype === null ? undefined : dataValue(prototype as object, "constructor");
  const name = typeof maker === "function" && maker.name !== "" ? maker.name : "object";
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}

function isOpaqueValue(value: object): boolean {
  return (
    ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || types.isDate(value) || types.isRegExp(value)
  );
}

function mapParts([key, value]: readonly [unknown, unknown]): LabelledPart[] {
  const shown = typeof key === "string" ? JSON.stringify(key) : typeof key === "number" ? String(key) : "...";
  return [
    [" (a key)", key],
    [`.get(${shown})`, value],
  ];
}

function property(key: string): string {
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function dataProperties(instance: object): [string, unknown][] {
  return Object.getOwnPropertyNames(instance).map((key) => [key, dataValue(instance, key)]);
}

function dataValue(holder: object, key: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key);
  return descriptor !== undefined && "value" in descriptor ? descriptor.value : undefined;
}
