import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBinaryWriter } from "./binary-writer.ts";
import { deserialize } from "./deserialize.ts";
import { devalueText } from "./devalue-text.ts";
import { plainText } from "./plain-text.ts";
import { serialize } from "./serialize.ts";

const roundTrip = <T>(value: T): T => deserialize(serialize(value).bytes) as T;

/** Deep values of everything that is carried, shared and cyclic ones apart. */
const values = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
  maxDepth: 4,
});

describe("serialize and deserialize", () => {
  it("give back any value as it was", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it("make the same bytes again from what was read", () => {
    fc.assert(
      fc.property(values, (value) => {
        const payload = serialize(value);
        expect(serialize(deserialize(payload.bytes)).digest).toBe(payload.digest);
      }),
      { numRuns: 400 },
    );
  });

  it("make the same text the fast way and the general way", () => {
    const json = fc.anything({
      withUnicodeString: true,
      withNullPrototype: true,
      withSparseArray: true,
      maxDepth: 5,
    });
    fc.assert(
      fc.property(json, (value) => {
        const plain = plainText(value);
        fc.pre(plain !== undefined);
        expect(plain).toBe(devalueText(value, createBinaryWriter()));
      }),
      { numRuns: 500 },
    );
  });

  it.each([5, "text", null, undefined, true, { a: [1, { b: "<\u2028\u0007" }] }, [[], {}]])(
    "take the fast way for %j",
    (value) => {
      expect(plainText(value)).toBe(devalueText(value, createBinaryWriter()));
    },
  );

  it("make the same bytes in another process", () => {
    const script = `
      const { serialize } = await import(process.argv[1]);
      const value = new Map([["typed", new Float32Array([1.5, -0])], ["plain", { b: 1n, a: [undefined, NaN, "ü"] }]]);
      console.log(serialize(value).digest);
    `;
    const module = new URL("./serialize.ts", import.meta.url).href;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script, module], {
      encoding: "utf8",
    });
    const value = new Map<string, unknown>([
      ["typed", new Float32Array([1.5, -0])],
      ["plain", { b: 1n, a: [undefined, Number.NaN, "ü"] }],
    ]);
    expect(output.trim()).toBe(serialize(value).digest);
  });

  it("keep to the bytes that earlier versions wrote", () => {
    expect(Buffer.from(serialize({ a: 1, b: ["x", 1] }).bytes).toString()).toBe(
      '{"covalent":"value","version":1,"codec":"devalue"}\n[{"a":1,"b":2},1,[3,1],"x"]',
    );
    const { bytes, textual } = serialize([new Uint16Array([1, 2])]);
    expect(textual).toBe(false);
    expect(Buffer.from(bytes).toString("latin1")).toBe(
      '{"covalent":"value","version":1,"codec":"devalue","text":20,"parts":[4],"views":[["Uint16Array",0,0,4]]}\n' +
        '[[1],["Binary",2],1]\0\0\0\u0001\0\u0002\0',
    );
  });

  it("name the bytes by their SHA-256, and say whether they are text", () => {
    const payload = serialize({ a: "ü" });
    expect(payload.digest).toBe(createHash("sha256").update(payload.bytes).digest("hex"));
    expect(payload).toMatchObject({
      size: payload.bytes.byteLength,
      codec: "value",
      textual: true,
      text: '{ a: "ü" }',
    });
  });
});

describe("what is carried", () => {
  it("is identity: shared references and cycles", () => {
    const shared = { name: "shared" };
    const value: Record<string, unknown> = {
      left: shared,
      right: [shared],
      map: new Map([[shared, new Set([shared])]]),
    };
    value.self = value;
    const read = roundTrip(value);
    expect(read.self).toBe(read);
    expect(read.left).toBe((read.right as unknown[])[0]);
    expect((read.map as Map<unknown, unknown>).has(read.left)).toBe(true);
  });

  it("is every special value", () => {
    const value = [
      undefined,
      null,
      Number.NaN,
      -0,
      Infinity,
      -Infinity,
      2n ** 100n,
      "\ud800",
      new Date(Number.NaN),
      new Date(0),
    ];
    expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true);
  });

  it("is a regular expression from its beginning, as in structured clone", () => {
    const pattern = /a+/giu;
    pattern.lastIndex = 5;
    expect(roundTrip(pattern)).toMatchObject({ source: "a+", flags: "giu", lastIndex: 0 });
  });

  it("is an array's own fields, as a match has them", () => {
    const match = /b(?<c>c)/.exec("abc");
    const read = roundTrip(match);
    expect(read).toMatchObject({ index: 1, input: "abc", groups: { c: "c" } });
    expect([...(read ?? [])]).toEqual(["bc", "c"]);
  });

  it("is a key called __proto__, in its place, as a mere key", () => {
    const value: unknown = JSON.parse('{"a":1,"__proto__":{"polluted":true},"b":2}');
    const read = roundTrip(value) as object;
    expect(Object.keys(read)).toEqual(["a", "__proto__", "b"]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect("polluted" in read).toBe(false);
    expect("polluted" in {}).toBe(false);
  });

  it("is the order of keys, which is part of the value", () => {
    expect(serialize({ a: 1, b: 2 }).digest).not.toBe(serialize({ b: 2, a: 1 }).digest);
  });

  it("is a field called then", () => {
    const value = JSON.parse('{"then":"later"}');
    expect(roundTrip(value)).toEqual(value);
  });

  it("is many numbers in little time", () => {
    const numbers = Array.from({ length: 200_000 }, (_, index) => index * Math.PI);
    const startedAt = performance.now();
    expect(roundTrip(numbers)).toEqual(numbers);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
