import { type Plain, readPlainPickle } from "./plain-pickle.ts";

/**
 * Values that releases of the original before 0.229 stored are pickles of its `TransportableObject`, which its SDK does not read any
 * more. They are given in the form that it reads: the same bytes of the same value, with another header. Nothing is unpickled.
 */

/** Bytes: larger ones stay as they are. */
export const CONVERTIBLE = 64 * 1024 * 1024;

/** A stored pickle as the SDK reads it: its own object, or whatever else was pickled as one. */
export function asPythonObject(bytes: Buffer): Buffer {
  const state = stateOf(readPlainPickle(bytes));
  const value = state?.get("_object");
  if (state === undefined || typeof value !== "string") return archive("", "", bytes.toString("base64"));
  const version = state.get("python_version");
  const text = state.get("_object_string") ?? state.get("object_string");
  return archive(textOf(version), textOf(text), value);
}

/** What the SDK's object consists of; `undefined` for any other value. */
function stateOf(value: Plain): ReadonlyMap<unknown, Plain> | undefined {
  const isObject = typeof value === "object" && value !== null && "state" in value;
  if (!isObject || !value.type.endsWith(".TransportableObject")) return undefined;
  return value.state instanceof Map ? value.state : undefined;
}

function textOf(value: Plain | undefined): string {
  return typeof value === "string" ? value : "";
}

function archive(version: string, text: string, base64: string): Buffer {
  const attrs = { doc: "", name: "" };
  const header = Buffer.from(JSON.stringify({ py_version: version, cloudpickle_version: "", attrs }));
  const string = Buffer.from(text);
  const offsets = Buffer.alloc(16);
  offsets.writeBigUInt64BE(BigInt(16 + header.length), 0);
  offsets.writeBigUInt64BE(BigInt(16 + header.length + string.length), 8);
  return Buffer.concat([offsets, header, string, Buffer.from(base64, "latin1")]);
}
