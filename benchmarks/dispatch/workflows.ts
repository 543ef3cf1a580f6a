import { electron, lattice } from "covalent-ts";

/** What is measured: workflows whose tasks do nothing, so that all the time is the orchestrator's. */

const same = electron((value: number) => value);
const next = electron((value: number) => value + 1);
const total = electron((values: readonly number[]) => values.reduce((sum, value) => sum + value, 0));
const bytes = electron((size: number) => new Uint8Array(size).fill(7));
const sizeOf = electron((value: Uint8Array) => value.byteLength);

/** `count` tasks side by side, joined by a sum: n (n - 1) / 2. */
export const wide = lattice((count: number) =>
  total(Array.from({ length: count }, (_, index) => same(index))),
);

/** `count` tasks one behind the other: gives `count`. */
export const chain = lattice((count: number) => {
  let last = next(0);
  for (let step = 1; step < count; step++) last = next(last);
  return last;
});

/** The smallest workflow there is. */
export const small = lattice((value: number) => same(value));

/** A value of so many bytes, handed from one task to another. */
export const passed = lattice((size: number) => sizeOf(bytes(size)));

/** `count` dispatches of the smallest workflow as tasks of this one, joined by a sum. */
export const nested = lattice((count: number) =>
  total(Array.from({ length: count }, (_, index) => small(index))),
);
