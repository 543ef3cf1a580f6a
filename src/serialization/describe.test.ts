import fc from "fast-check";
import { expect, describe as group, it } from "vitest";
import { describe } from "./describe.ts";

const throws = () => {
  throw new Error("user code ran");
};
const circular: Record<string, unknown> = { name: "loop" };
circular.self = circular;

const cases: readonly (readonly [value: unknown, text: string])[] = [
  [{ a: 1, "b c": [true, null, undefined] }, '{ a: 1, "b c": [true, null, undefined] }'],
  [[], "[]"],
  [{}, "{}"],
  ["text", '"text"'],
  [[-0, 5n, Number.NaN], "[-0, 5n, NaN]"],
  [new Map([["k", new Set([1])]]), 'Map(1) { "k" => Set(1) { 1 } }'],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [new Date(Number.NaN), "Invalid Date"],
  [/a+/gi, "/a+/gi"],
  [new Float64Array(1_000_000), `Float64Array(1000000) [${"0, ".repeat(10)}... 999990 more]`],
  [Buffer.from("ab"), "Buffer(2) [97, 98]"],
  [new ArrayBuffer(8), "ArrayBuffer(8)"],
  [new TypeError("broken"), "[TypeError: broken]"],
  [AbortSignal.abort().reason, "[AbortError: This operation was aborted]"],
  [circular, '{ name: "loop", self: [Circular] }'],
  [Object.create(null), "[null prototype] {}"],
  [Array.from({ length: 3 }).fill(Object(1)), "[1, 1, 1]"],
  [Object.defineProperty({}, "x", { get: throws, enumerable: true }), "{ x: [Getter] }"],
  [new Proxy({}, { get: throws, ownKeys: throws, getPrototypeOf: throws }), "[Proxy]"],
  [
    { toString: throws, toJSON: throws, [Symbol.for("nodejs.util.inspect.custom")]: throws },
    "{ toString: [Function], toJSON: [Function] }",
  ],
];

group("the description of a value", () => {
  // Not it.each: to name the test, it would look at the value itself and run its code.
  for (const [value, text] of cases) {
    it(`is ${text.slice(0, 60)}, and runs no code of the value`, () => {
      expect(describe(value)).toBe(text);
    });
  }

  it("shows the first hundred of a long list, and how many there are", () => {
    const text = describe(Array.from({ length: 1_000 }, () => 7));
    expect(text).toMatch(/^\[7, .*, 7, \.\.\. 900 more\]$/);
  });

  it("stops at deep levels", () => {
    const deep = JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`);
    expect(describe(deep)).toBe("[[[[[[[[[Array]]]]]]]]]");
  });

  it("is never longer than its limit, is well-formed and never throws", () => {
    const any = fc.anything({
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withBigInt: true,
      withUnicodeString: true,
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 60 }), (value, limit) => {
        const text = describe(value, limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(describe("x".repeat(1_000_000))).toHaveLength(4_000);
    expect(describe(1n << 1_000_000n)).toBe("(very large) n");
  });
});
