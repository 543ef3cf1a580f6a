import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { toJson } from "./json.ts";

describe("values that JSON does not have", () => {
  test.each<[string, unknown, unknown]>([
    ["undefined", undefined, null],
    ["undefined in a list", [undefined], [null]],
    ["NaN", Number.NaN, { $number: "NaN" }],
    ["infinity", Number.NEGATIVE_INFINITY, { $number: "-Infinity" }],
    ["a BigInt", 10n ** 20n, { $bigint: "100000000000000000000" }],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["an invalid date", new Date(Number.NaN), null],
    ["a map", new Map([[{ a: 1 }, 2n]]), { $map: [[{ a: 1 }, { $bigint: "2" }]] }],
    ["a set", new Set([1, "b"]), { $set: [1, "b"] }],
    ["a typed array", new Float64Array([1.5, Number.NaN]), [1.5, { $number: "NaN" }]],
    ["bytes", new Uint8Array([1, 2]).buffer, { $bytes: "AQI=" }],
    ["part of a buffer", new DataView(new Uint8Array([0, 1, 2]).buffer, 1), { $bytes: "AQI=" }],
    ["a pattern", /a\/b/gi, { $regexp: "/a\\/b/gi" }],
  ])("%s", (_, value, expected) => {
    expect(toJson(value)).toEqual(expected);
    expect(JSON.parse(JSON.stringify(toJson(value)))).toEqual(expected);
  });

  test("an error keeps its name, message, own fields and cause", () => {
    const error = Object.assign(new TypeError("bad", { cause: new Error("worse") }), { row: 3 });
    expect(toJson(error)).toEqual({
      name: "TypeError",
      message: "bad",
      row: 3,
      cause: { name: "Error", message: "worse" },
    });
  });

  test("a value inside itself is a path, a value used twice is there twice", () => {
    const shared = { x: 1 };
    const value: Record<string, unknown> = { a: shared, b: shared };
    value.self = { inner: value };
    expect(toJson(value)).toEqual({ a: { x: 1 }, b: { x: 1 }, self: { inner: { $cycle: "$" } } });
  });

  test("values of another realm are known by what they are", () => {
    expect(toJson(runInNewContext("({ m: new Map([[1, new Date(0)]]) })"))).toEqual({
      m: { $map: [[1, "1970-01-01T00:00:00.000Z"]] },
    });
  });
});
