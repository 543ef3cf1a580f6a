import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CovalentError } from "../model/errors.ts";
import { deserialize } from "./deserialize.ts";
import { serialize } from "./serialize.ts";

const HEADER = '{"covalent":"value","version":1,"codec":"devalue"}\n';

const withText = (text: string) => Buffer.from(HEADER + text);
const withBinary = (text: string, parts: unknown, views: unknown, rest = "") => {
  const header = { covalent: "value", version: 1, codec: "devalue", text: text.length, parts, views };
  return Buffer.from(`${JSON.stringify(header)}\n${text}${rest}`);
};

const corrupt: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ["nothing", new Uint8Array()],
  ["something else", Buffer.from("hello\nworld")],
  ["a pickle", Buffer.from([0x80, 4, 0x95, 10, 0, 0])],
  ["another JSON", Buffer.from('{"a":1}\n[1]')],
  ["a header alone", withText("")],
  ["text that breaks off", withText('[{"a":1},')],
  ["text that is not UTF-8", Buffer.concat([withText('["'), Buffer.from([0xff]), Buffer.from('"]')])],
  ["an unknown type", withText('[["Function",1],"code"]')],
  ["a reference to nowhere", withText("[[7]]")],
  ["a key __proto__", withText('[{"__proto__":1},{"polluted":2},true]')],
  ["a null-prototype key __proto__", withText('[["null","__proto__",1],{}]')],
  ["an error of no class", withText('[["Error",1],{"@class":2,"@own":3},"Function",{}]')],
  ["an error of an inherited class", withText('[["Error",1],{"@class":2,"@own":3},"constructor",{}]')],
  ["an error made of a number", withText('[["Error",1],5]')],
  ["fields made of nothing", withText('[["Fields",1],{}]')],
  ["an array with an impossible length", withText("[[-7,1e300]]")],
  ["a view without views", withText('[["Binary",1],1]')],
  ["a cycle of revivers", withText('[["Error",0]]')],
  ["a part that is not there", withBinary('[["Binary",1],1]', [1e15], [["Uint8Array", 0, 0, 1]])],
  ["lengths that are negative", withBinary("[1]", [-1], [])],
  ["lengths that are no numbers", withBinary("[1]", ["8"], [])],
  ["a view beyond its part", withBinary('[["Binary",1],1]', [8], [["Uint8Array", 0, 4, 8]], "12345678")],
  ["a view of an unknown type", withBinary('[["Binary",1],1]', [8], [["Function", 0, 0, 8]], "12345678")],
  [
    "a view that is not aligned",
    withBinary('[["Binary",1],1]', [16], [["Float64Array", 0, 4, 8]], "1234567812345678"),
  ],
  ["bytes behind the end", withBinary("[1]", [], [], "more")],
];

describe("deserialize", () => {
  it.each(corrupt)("refuses %s", (_, bytes) => {
    expect(codeOf(bytes)).toBe("PAYLOAD_CORRUPT");
  });

  it("refuses a newer format, and says which it reads", () => {
    const bytes = Buffer.from(`${HEADER.replace('"version":1', '"version":2')}[1]`);
    expect(() => deserialize(bytes)).toThrow("a payload has format devalue 2, this Covalent reads devalue 1");
  });

  it("refuses what is nested beyond its stack, instead of falling over", () => {
    const depth = 200_000;
    const levels = Array.from({ length: depth }, (_, index) => `[${index + 1}]`).join(",");
    expect(codeOf(withText(`[${levels},1]`))).toBe("PAYLOAD_CORRUPT");
    expect(codeOf(withText("[".repeat(depth)))).toBe("PAYLOAD_CORRUPT");
  });

  it("makes no room for what is only announced", () => {
    const before = process.memoryUsage().heapUsed;
    expect((deserialize(withText("[[-7,4294967295,5,1],1]")) as unknown[]).length).toBe(4_294_967_295);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  });

  it("reads payloads at any place in memory", () => {
    const { bytes } = serialize([new Float64Array([1, 2, 3])]);
    const shifted = new Uint8Array(bytes.byteLength + 3).subarray(3);
    shifted.set(bytes);
    expect(deserialize(shifted)).toEqual([new Float64Array([1, 2, 3])]);
  });

  it("never does worse than refuse damaged bytes", () => {
    const value = [{ a: [1, "x", new Error("e")] }, new Map([[1, new Float64Array(4)]]), new Date(0), 5n];
    const good = serialize(value).bytes;
    const damage = fc.array(fc.record({ at: fc.nat(good.byteLength - 1), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, fc.nat(good.byteLength), (changes, length) => {
        const bytes = Uint8Array.from(good);
        for (const { at, byte } of changes) bytes[at] = byte;
        expect([undefined, "PAYLOAD_CORRUPT", "PAYLOAD_VERSION"]).toContain(codeOf(bytes));
        expect([undefined, "PAYLOAD_CORRUPT", "PAYLOAD_VERSION"]).toContain(
          codeOf(bytes.subarray(0, length)),
        );
      }),
      { numRuns: 500 },
    );
    expect("polluted" in {}).toBe(false);
  });
});

function codeOf(bytes: Uint8Array): string | undefined {
  try {
    deserialize(bytes);
    return undefined;
  } catch (error) {
    return error instanceof CovalentError ? error.code : `${String(error)}`;
  }
}
