import fc from "fast-check";
import { expect, test } from "vitest";
import { shortText } from "./parameter-text.ts";

test.each([
  ["a.csv", '"a.csv"'],
  [-0, "-0"],
  [10n, "10n"],
  [undefined, "undefined"],
  [Symbol("s"), "Symbol(s)"],
  [[1, [2, 3], { a: 1 }], "[1, [2 items], {…}]"],
  [{ rows: [1], at: new Date(0) }, "{rows: [1 items], at: Date}"],
  [new Map([[1, 2]]), "Map(1)"],
  [new Set([1, 2]), "Set(2)"],
  [new Float64Array(2), "bytes"],
  [new TypeError("x"), "Error"],
  [() => 1, "function"],
  [Object.assign(new Array(2), { 1: 1 }), "[…, 1]"],
])("%o is shown as %s", (value, text) => {
  expect(shortText(value)).toBe(text);
});

test("a text never runs code of the value", () => {
  const boom = () => {
    throw new Error("ran");
  };
  const traps = { get: boom, getOwnPropertyDescriptor: boom, getPrototypeOf: boom, ownKeys: boom };
  class Hostile extends Map {
    override get size(): number {
      return boom();
    }
    override toString = boom;
    toJSON = boom;
    [Symbol.toPrimitive] = boom;
  }
  expect(shortText(Object.defineProperty({}, "a", { get: boom, enumerable: true }))).toBe("{a: …}");
  expect(shortText(new Proxy({}, traps))).toBe("Proxy");
  expect(shortText(new Hostile())).toBe("Map(0)");
});

test("a text is never longer than forty characters", () => {
  fc.assert(fc.property(fc.anything(), (value) => shortText(value).length <= 40));
});
