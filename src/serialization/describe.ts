import { types } from "node:util";
import { MAX_PAYLOAD_TEXT } from "../model/payload.ts";
import { isError, isHandle } from "./kind.ts";

/**
 * A short text for people about any value, much as Node prints it, on one line: `{ a: 1, b: [1, 2, 3] }`. It runs no code of
 * the value (no getters, traps, toString, toJSON, custom inspection), is the same in every process, never throws, and costs no
 * more than its length: typed arrays and long lists are cut short.
 */
export function describe(value: unknown, limit: number = MAX_PAYLOAD_TEXT): string {
  const writer: Writer = { text: "", limit, above: new Set() };
  try {
    write(writer, value);
  } catch {
    // Only a value that fights being looked at (a revoked Proxy as a prototype, say) gets here.
    writer.text += "[unreadable]";
  }
  return writer.text.length <= limit ? writer.text : `${writer.text.slice(0, limit - 1).toWellFormed()}…`;
}

interface Writer {
  text: string;
  readonly limit: number;
  /** The objects that contain what is being written. */
  readonly above: Set<object>;
}

const MAX_ITEMS = 100;
const MAX_NUMBERS = 10;
const MAX_DEPTH = 8;

function write(writer: Writer, value: unknown): void {
  if (typeof value === "string") writer.text += JSON.stringify(value.slice(0, writer.limit));
  else if (typeof value === "bigint") writer.text += `${bigintText(value)}n`;
  else if (typeof value === "symbol") writer.text += value.toString();
  else if (Object.is(value, -0)) writer.text += "-0";
  else if (typeof value === "function") writer.text += isHandle(value) ? "[Handle]" : "[Function]";
  else if (typeof value !== "object" || value === null) writer.text += String(value);
  else writeObject(writer, value);
}

function bigintText(value: bigint): string {
  const bits = 8n * BigInt(MAX_PAYLOAD_TEXT);
  // Writing a very long number takes quadratic time, and nobody reads it.
  return BigInt.asIntN(Number(bits), value) === value ? value.toString() : "(very large) ";
}

function writeObject(writer: Writer, value: object): void {
  if (types.isProxy(value)) writer.text += "[Proxy]";
  else if (writer.above.has(value)) writer.text += "[Circular]";
  else if (writer.above.size >= MAX_DEPTH) writer.text += Array.isArray(value) ? "[Array]" : "[Object]";
  else {
    writer.above.add(value);
    writeContents(writer, value);
    writer.above.delete(value);
  }
}

function writeContents(writer: Writer, value: object): void {
  if (Array.isArray(value)) writeItems(writer, "[", arrayItems(value), value.length, "]");
  else if (types.isMap(value)) {
    writeItems(writer, `Map(${value.size}) {`, mapItems(value), value.size, "}");
  } else if (types.isSet(value)) {
    writeItems(writer, `Set(${value.size}) {`, setItems(value), value.size, "}");
  } else if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    writer.text += Number.isNaN(time) ? "Invalid Date" : new Date(time).toISOString();
  } else if (types.isRegExp(value)) writer.text += RegExp.prototype.toString.call(value);
  else if (isError(value)) writer.text += `[${errorText(value)}]`;
  else if (ArrayBuffer.isView(value)) writeView(writer, value);
  else if (types.isAnyArrayBuffer(value)) writer.text += `ArrayBuffer(${value.byteLength})`;
  else if (types.isBoxedPrimitive(value)) writeBoxed(writer, value);
  else writeFields(writer, value);
}

type Item = (writer: Writer) => void;

function writeItems(writer: Writer, open: string, items: Iterable<Item>, count: number, close: string): void {
  writer.text += open;
  const space = open === "[" ? "" : " ";
  let written = 0;
  for (const item of items) {
    if (written === MAX_ITEMS || writer.text.length > writer.limit) break;
    writer.text += written === 0 ? space : ", ";
    item(writer);
    written++;
  }
  if (written < count) writer.text += `${written === 0 ? "" : ", "}... ${count - written} more`;
  writer.text += written === 0 ? close : `${space}${close}`;
}

function* arrayItems(array: readonly unknown[]): Iterable<Item> {
  for (let index = 0; index < array.length; index++) {
    yield (writer) => writeProperty(writer, array, index, "<empty>");
  }
}

function* mapItems(map: ReadonlyMap<unknown, unknown>): Iterable<Item> {
  for (const [key, item] of Map.prototype.entries.call(map)) {
    yield (writer) => {
      write(writer, key);
      writer.text += " => ";
      write(writer, item);
    };
  }
}

function* setItems(set: ReadonlySet<unknown>): Iterable<Item> {
  for (const item of Set.prototype.values.call(set)) yield (writer) => write(writer, item);
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function writeFields(writer: Writer, value: object): void {
  const keys = Object.keys(value);
  const prefix = Object.getPrototypeOf(value) === null ? "[null prototype] {" : "{";
  const items = keys.values().map((key): Item => {
    return (into) => {
      into.text += `${IDENTIFIER.test(key) ? key : JSON.stringify(key.slice(0, into.limit))}: `;
      writeProperty(into, value, key, "undefined");
    };
  });
  writeItems(writer, prefix, items, keys.length, "}");
}

function writeProperty(writer: Writer, value: object, key: string | number, absent: string): void {
  const property = Object.getOwnPropertyDescriptor(value, key);
  if (property === undefined) writer.text += absent;
  else if ("value" in property) write(writer, property.value);
  else writer.text += "[Getter]";
}

function writeView(writer: Writer, view: ArrayBufferView): void {
  if (!types.isTypedArray(view)) {
    writer.text += `DataView(${view.byteLength})`;
    return;
  }
  const name = Buffer.isBuffer(view) ? "Buffer" : view[Symbol.toStringTag];
  const { length } = view;
  const shown = Array.from({ length: Math.min(length, MAX_NUMBERS) }, (_, index) => {
    const item = view[index];
    return Object.is(item, -0) ? "-0" : String(item);
  });
  if (length > shown.length) shown.push(`... ${length - shown.length} more`);
  writer.text += `${name}(${length}) [${shown.join(", ")}]`;
}

function writeBoxed(writer: Writer, value: object): void {
  if (types.isNumberObject(value)) write(writer, Number.prototype.valueOf.call(value));
  else if (types.isStringObject(value)) write(writer, String.prototype.valueOf.call(value));
  else if (types.isBooleanObject(value)) write(writer, Boolean.prototype.valueOf.call(value));
  else writer.text += "[boxed]";
}

/** `TypeError: what went wrong`, from data alone. */
function errorText(error: Error): string {
  const name = dataOf(error, "name");
  const message = dataOf(error, "message");
  const known = typeof name === "string" ? name : "Error";
  return typeof message === "string" && message !== ""
    ? `${known}: ${message.slice(0, MAX_PAYLOAD_TEXT)}`
    : known;
}

function dataOf(value: object, key: "name" | "message"): unknown {
  // Node's own getters, which a field of the same name cannot replace here.
  if (value instanceof DOMException) return Reflect.get(DOMException.prototype, key, value);
  for (
    let next: object | null = value;
    next !== null && !types.isProxy(next);
    next = Object.getPrototypeOf(next)
  ) {
    const property = Object.getOwnPropertyDescriptor(next, key);
    if (property !== undefined) return "value" in property ? property.value : undefined;
  }
  return undefined;
}
