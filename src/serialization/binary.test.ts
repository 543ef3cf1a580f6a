import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deserialize } from "./deserialize.ts";
import { serialize } from "./serialize.ts";

const roundTrip = <T>(value: T): T => deserialize(serialize(value).bytes) as T;

const TYPES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

describe("binary data", () => {
  it.each(TYPES.map((type) => [type.name, type] as const))("comes back as %s", (_, type) => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 128, 255, 0, 0, 0, 0, 240, 127]).buffer;
    const array = new type(buffer);
    const read = roundTrip(array);
    expect(read.constructor).toBe(type);
    expect(new Uint8Array(read.buffer)).toEqual(new Uint8Array(buffer));
  });

  it("comes back as ArrayBuffer, DataView and Buffer", () => {
    const buffer = new Uint8Array([1, 2, 3, 4]).buffer;
    expect(roundTrip(buffer)).toEqual(buffer);
    const view = roundTrip(new DataView(buffer, 1, 2));
    expect([view.byteLength, view.getUint8(0)]).toEqual([2, 2]);
    const bytes = roundTrip(Buffer.from("hello"));
    expect(Buffer.isBuffer(bytes)).toBe(true);
    expect(bytes.toString()).toBe("hello");
  });

  it("shows nothing but itself in the buffer that it comes back with, and may be written to", () => {
    const { bytes } = serialize([new Float64Array([1, 2])]);
    const [read] = deserialize(bytes) as [Float64Array];
    expect(read.buffer.byteLength).toBe(16);
    read.fill(7);
    expect(deserialize(bytes)).toEqual([new Float64Array([1, 2])]);
  });

  it("shares memory again where it did", () => {
    const buffer = new ArrayBuffer(32);
    const read = roundTrip({
      all: buffer,
      low: new Uint8Array(buffer, 0, 8),
      high: new Float64Array(buffer, 16, 2),
    });
    expect(read.low.buffer).toBe(read.all);
    expect(read.high.buffer).toBe(read.all);
    expect([read.high.byteOffset, read.high.length]).toEqual([16, 2]);
  });

  it("is stored as far as it can be seen, not with the pool it lies in", () => {
    const pool = new ArrayBuffer(1_000_000);
    const value = {
      a: new Float64Array(pool, 800, 2),
      b: new Uint8Array(pool, 900_001, 5),
      c: new Uint8Array(pool, 801, 3),
    };
    const payload = serialize(value);
    expect(payload.size).toBeLessThan(400);
    const read = deserialize(payload.bytes) as typeof value;
    expect(read.c.byteOffset - read.a.byteOffset).toBe(1);
    expect(read.b.buffer).toBe(read.a.buffer);
  });

  it("has the same bytes wherever in memory it lies", () => {
    const pool = new Uint8Array(64).map((_, index) => index);
    const expected = serialize(Uint8Array.of(9, 10, 11)).digest;
    expect(serialize(pool.subarray(9, 12)).digest).toBe(expected);
    const together = serialize([Buffer.from("one"), Buffer.from("two")]).digest;
    const apart = serialize([Buffer.from(new Uint8Array([111, 110, 101])), Buffer.alloc(3, "two")]).digest;
    expect(together).toBe(apart);
  });

  it("begins at a multiple of 8, so that other readers need not copy it", () => {
    for (const key of ["a", "ab", "abc", "abcdefgh"]) {
      const { bytes } = serialize({ [key]: new Float64Array([Math.PI]) });
      const place = Buffer.from(bytes).indexOf(Buffer.from(new Float64Array([Math.PI]).buffer));
      expect(place % 8).toBe(0);
    }
  });

  it("keeps any views on one buffer right", () => {
    const view = fc.record({ type: fc.constantFrom(...TYPES, DataView), at: fc.nat(12), length: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(view, { maxLength: 6 }), fc.boolean(), (descriptions, whole) => {
        const memory = new Uint8Array(160).map((_, index) => index).buffer;
        const views = descriptions.map(
          ({ type: View, at, length }) => new (View as typeof Uint8Array)(memory, at * 8, length),
        );
        const value = whole ? [memory, ...views] : views;
        const payload = serialize(value);
        const read = deserialize(payload.bytes) as typeof value;
        expect(read).toEqual(value);
        expect(serialize(read).digest).toBe(payload.digest);
      }),
      { numRuns: 500 },
    );
  });

  it("costs no work for each of a million numbers", () => {
    const array = new Float64Array(1_000_000).fill(1.5);
    const startedAt = performance.now();
    expect(roundTrip(array)).toHaveLength(1_000_000);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it("comes back with a fixed length when it was resizable", () => {
    const read = roundTrip(new ArrayBuffer(4, { maxByteLength: 100 }));
    expect([read.byteLength, read.resizable]).toEqual([4, false]);
  });
});
