import { types } from "node:util";

/**
 * How `--json` prints values that JSON does not have. Workflows return anything that structured clone carries; scripts get:
 *
 * | value                          | JSON                                                               |
 * |--------------------------------|--------------------------------------------------------------------|
 * | `undefined`                    | `null`; left out of an object                                      |
 * | `NaN`, `Infinity`, `-Infinity` | `{"$number": "NaN"}` and so on; `-0` is `0`                        |
 * | BigInt                         | `{"$bigint": "123"}`                                               |
 * | Date                           | ISO 8601 text; `null` when invalid                                 |
 * | Map, Set                       | `{"$map": [[key, value], ...]}`, `{"$set": [...]}`                 |
 * | typed array                    | an array of its numbers                                            |
 * | ArrayBuffer, DataView          | `{"$bytes": "<base64>"}`                                           |
 * | RegExp                         | `{"$regexp": "/a/g"}`                                              |
 * | Error                          | `{"name", "message", ...}` with its own fields, `cause` included   |
 * | a value inside itself          | `{"$cycle": "$.path.to.it"}`                                       |
 *
 * It is made for reading, not for getting the values back: `getResult()` in a program gives them as they were.
 */
export function toJson(value: unknown): unknown {
  return convert(value, "$", new Map());
}

type Ancestors = Map<object, string>;

function convert(value: unknown, path: string, above: Ancestors): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : { $number: String(value) };
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value !== "object") return value ?? null;
  if (value === null) return null;
  const seen = above.get(value);
  if (seen !== undefined) return { $cycle: seen };
  above.set(value, path);
  const converted = convertObject(value, path, above);
  above.delete(value);
  return converted;
}

function convertObject(value: object, path: string, above: Ancestors): unknown {
  const each = (items: Iterable<unknown>): unknown[] =>
    Array.from(items, (item, index) => convert(item, `${path}[${index}]`, above));
  if (Array.isArray(value)) return each(value);
  // By their inner type and not `instanceof`: a workflow's values may come from another realm.
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (types.isMap(value)) return { $map: each(value.entries()) };
  if (types.isSet(value)) return { $set: each(value) };
  if (types.isRegExp(value)) return { $regexp: String(value) };
  if (types.isTypedArray(value)) return each(value as Iterable<unknown>);
  if (types.isAnyArrayBuffer(value)) return { $bytes: Buffer.from(value).toString("base64") };
  if (types.isDataView(value)) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
  }
  if (types.isNativeError(value))
    return fields({ name: value.name, message: value.message, ...withCause(value) }, path, above);
  return fields(value, path, above);
}

function withCause(error: Error): object {
  return error.cause === undefined ? { ...error } : { ...error, cause: error.cause };
}

function fields(value: object, path: string, above: Ancestors): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, convert(inner, `${path}.${key}`, above)]));
}
