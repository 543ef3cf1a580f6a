import { expect, test } from "vitest";
import { Slab } from "./slab.ts";

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

test("what is kept is what was given, however much comes behind it", () => {
  const slab = new Slab();
  const lengths = Array.from({ length: 3_000 }, (_, index) => (index * 37) % 60);
  const kept = lengths.map((length, index) => slab.keep(bytes(length, index % 256)));
  for (const [index, length] of lengths.entries()) expect(kept[index]).toEqual(bytes(length, index % 256));
});

test("it is a copy that holds on to nothing of what it came in", () => {
  const slab = new Slab();
  const frame = bytes(1_000_000, 7);
  const kept = slab.keep(frame.subarray(10, 20));
  frame.fill(0);
  expect(kept).toEqual(bytes(10, 7));
  expect(kept.buffer.byteLength).toBeLessThan(100_000);
});

test("small ones share their memory, large ones are alone", () => {
  const slab = new Slab();
  expect(slab.keep(bytes(8, 1)).buffer).toBe(slab.keep(bytes(8, 2)).buffer);
  expect(slab.keep(bytes(50_000, 3)).buffer.byteLength).toBe(50_000);
});
