import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrived, crossing, pathText, Uncrossable } from "./crossing.ts";
import { decodeMessage, encodeMessage } from "./frames.ts";

/** To the other end and back, without anybody there. */
function crossed(value: unknown): unknown {
  const bytes = Buffer.concat(encodeMessage({ header: null, crossing: crossing(value) }));
  const message = decodeMessage<null>(bytes);
  return message && arrived(message.crossing);
}

describe("a value that crosses", () => {
  test("arrives as it was sent", () => {
    const same = (sent: unknown) => {
      expect(crossed(sent)).toEqual(sent);
    };
    fc.assert(fc.property(fc.jsonValue(), same));
  });

  test("keeps numbers that JSON has no word for, and keys that mean something to JavaScript", () => {
    const value = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": [1] }');
    value.numbers = [Number.NaN, Infinity, -Infinity, -0];
    const back = crossed(value) as Record<string, unknown>;
    expect(back).toEqual(value);
    expect(Object.keys(back)).toEqual(["__proto__", "constructor", "numbers"]);
    expect(crossed(Number.NaN)).toBeNaN();
  });

  test("has its typed arrays as bytes, at any offset, and of any element type", () => {
    const window = new Float32Array([0, 1.5, 2.5, 3]).subarray(1, 3);
    const classes = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array];
    const arrays = [
      ...classes.map((Class) => new Class([1, 2, 3])),
      ...[Float16Array, Float32Array, Float64Array].map((Class) => new Class([0.5, -1])),
      ...[BigInt64Array, BigUint64Array].map((Class) => new Class([1n, 2n ** 60n])),
      window,
    ];
    expect(crossed({ arrays })).toEqual({ arrays });
    expect(crossed(new Uint8Array([1, 2]).buffer)).toEqual(new Uint8Array([1, 2]));
    expect(crossed(Buffer.from("ab"))).toEqual(new Uint8Array([97, 98]));
  });

  test("loses fields that are undefined, and has null for other undefined ones", () => {
    expect(crossed({ a: undefined, b: [undefined] })).toEqual({ b: [null] });
  });
});

test.each<[what: string, value: unknown, reason: RegExp]>([
  ["a Map", new Map(), /a Map/],
  ["a Set", new Set(), /a Set/],
  ["a Date", new Date(), /a Date/],
  ["a regular expression", /x/, /a RegExp/],
  ["an Error", new Error("x"), /an Error/],
  ["a bigint", 1n, /a bigint/],
  ["a function", () => 1, /a function/],
  ["a symbol", Symbol("x"), /a symbol/],
  ["an instance of a class", new (class Model {})(), /the class Model/],
  ["a view of bytes", new DataView(new ArrayBuffer(1)), /a DataView/],
])("%s is refused with its place", (_, value, reason) => {
  const error = errorOf({ rows: [1, { "the key": value }] });
  expect(error.message).toMatch(reason);
  expect(pathText(error.path)).toBe('.rows[1]["the key"]');
});

test("what holds itself is refused, and what occurs twice is not", () => {
  const twice = { a: 1 };
  expect(crossed([twice, twice])).toEqual([twice, twice]);
  const self: unknown[] = [];
  self.push({ self });
  expect(errorOf(self).message).toContain("holds itself");
});

test("a message that was cut short is none", () => {
  const whole = Buffer.concat(encodeMessage({ header: "h", crossing: crossing(new Uint8Array(10)) }));
  for (const length of [0, 3, 10, whole.length - 1])
    expect(decodeMessage(whole.subarray(0, length))).toBeUndefined();
});

function errorOf(value: unknown): Uncrossable {
  try {
    crossing(value);
  } catch (error) {
    if (error instanceof Uncrossable) return error;
  }
  throw new Error("it was not refused");
}
