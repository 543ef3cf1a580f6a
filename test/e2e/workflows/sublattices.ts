import { appendFile, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { electron, type Handle, lattice } from "covalent-ts";

/** Workflows whose graphs depend on results: sublattices, maps, loops, branches, recursion. */

const range = electron((length: number) => Array.from({ length }, (_, index) => index));
const square = electron((x: number) => x * x);
const sum = electron((numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0));
const add = electron((a: number, b: number) => a + b);

/** As many squares as the first task says: inside the sublattice its result is a number. */
const squares = lattice((numbers: readonly number[]) => numbers.map((number) => square(number)));
export const sumOfSquares = lattice((length: number) => {
  const each = squares(range(length));
  return { total: sum(each), last: each[2], all: each };
});

const scaled = electron(
  (x: number, factor: number, offset: { readonly by: number }) => x * factor + offset.by,
);
export const mapped = lattice((length: number) => scaled.map(range(length), add(1, 1), { by: 100 }));
export const mappedValues = lattice((numbers: readonly number[]) => sum(square.map(numbers)));
/** A map of a sublattice, within a sublattice. */
const lattices = electron(sumOfSquares);
const mappedLattices = lattice((lengths: readonly number[]) => lattices.map(lengths));
export const nested = lattice((lengths: readonly number[]) => mappedLattices(lengths));

/** What a sublattice returns: a value, a list, a dict, a field of a handle. */
const point = electron((x: number) => ({ x, y: -x }));
const plain = lattice((value: unknown) => value);
const parts = lattice((x: number) => ({ whole: point(x), list: [point(x).y, x], x: point(x).x }));
const field = lattice((x: number) => point(x).y);
export const shapes = lattice((x: number) => {
  const { whole, list } = parts(x);
  return { whole, first: list[0], y: field(x), sum: add(whole.x, field(x)), plain: plain([x, "text"]) };
});

/** A lattice that calls itself with what was a handle outside of it, until that is small enough. */
const minusOne = electron((x: number) => x - 1);
const times = electron((a: number, b: number) => a * b);
export const factorial = lattice(
  (n: number): Handle<number> => (n <= 1 ? times(1, 1) : times(n, factorial(minusOne(n)))),
);

/** A branch by a result. */
const isEven = electron((n: number) => n % 2 === 0);
const half = electron((n: number) => n / 2);
const triple = electron((n: number) => 3 * n + 1);
const collatzStep = lattice((n: number, even: boolean) => (even ? half(n) : triple(n)));
export const branch = lattice((n: number) => collatzStep(n, isEven(n)));

const boom = electron((x: number): number => {
  throw new RangeError(`no ${x}`);
});
const failing = lattice((x: number) => boom(x));
export const failed = lattice((x: number) => ({ a: add(failing(x), 1), b: square(x) }));
const broken = lattice((x: number): Handle<number> => {
  if (x >= 0) throw new TypeError(`cannot build with ${x}`);
  return square(x);
});
export const unbuildable = lattice((x: number) => add(broken(x), 1));

const flaky = electron(async (journal: string, successAt: number) => {
  await appendFile(journal, "called\n");
  const calls = (await readFile(journal, "utf8")).split("\n").length - 1;
  if (calls < successAt) throw new RangeError(`call ${calls} of ${successAt}`);
  return calls;
});
const flakyFlow = lattice((journal: string, successAt: number) => flaky(journal, successAt));
/** The electron inside has no retries: its sublattice has. */
export const retriedLattice = lattice((journal: string, successAt: number) =>
  electronOfFlow(journal, successAt),
);
const electronOfFlow = electron({ retries: 2 }, flakyFlow);

const total = electron((numbers: Float64Array) => numbers.reduce((all, each) => all + each, 0));
const ones = electron((bytes: number) => new Float64Array(bytes / 8).fill(1));
const totalOf = lattice((numbers: Float64Array) => total(numbers));
/** A large value, into a sublattice and through it. */
export const largeThrough = lattice((bytes: number) => totalOf(ones(bytes)));

/** Writes down that it begins and ends: `width` sublattices with `depth` effects one behind the other. */
const effect = electron(async (journal: string, name: string, ms: number, _after: unknown) => {
  await appendFile(journal, `start ${name}\n`);
  await pause(ms);
  await appendFile(journal, `end ${name}\n`);
  return name;
});
const chain = lattice((journal: string, name: string, depth: number, ms: number): unknown => {
  let last: unknown = null;
  for (let step = 0; step < depth; step++) last = effect(journal, `${name}-${step}`, ms, last);
  return last;
});
export const effects = lattice((journal: string, width: number, depth: number, ms: number) =>
  Array.from({ length: width }, (_, index) => chain(journal, `${index}`, depth, ms)),
);

const one = lattice((x: number) => square(x));
export const many = lattice((count: number) => sum(Array.from({ length: count }, (_, index) => one(index))));
