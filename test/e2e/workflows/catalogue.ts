import { appendFile, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { context, electron, lattice, wait } from "covalent-ts";

/** Workflows for the tests: each shows one thing that a user counts on. */

interface Row {
  readonly year: number;
  readonly values: readonly number[];
}

const rows = electron((count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ year: 2000 + index, values: [index, index * 2] })),
);
const total = electron((numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0));
const describe = electron((parts: { first: number; rest: readonly number[]; label: string }) => ({
  ...parts,
}));

/** Fields and elements of handles, lists and objects that mix values and handles, a nested return value. */
export const structures = lattice((count: number) => {
  const made = rows(count);
  const first = made[0];
  const summed = total([first.values[1], made[1].year, 5]);
  return { summed, described: describe({ first: first.year, rest: [1, summed], label: "mixed" }), raw: made };
});

const identity = electron((value: unknown) => value);

/** A value through two workers and back. */
export const roundTrip = lattice((value: unknown) => identity(identity(value)));

/** `levels` lists, each of which holds the one before it twice. */
export const doubled = lattice((levels: number) => {
  let list: unknown = [identity("leaf")];
  for (let level = 0; level < levels; level++) list = [list, list];
  return list;
});

const halves = electron((bytes: number) => new Float64Array(bytes / 8).fill(0.5));
const sumOf = electron((numbers: Float64Array) => numbers.reduce((sum, number) => sum + number, 0));

/** A value that is too large for the database goes from task to task through the asset store. */
export const large = lattice((bytes: number) => sumOf(halves(bytes)));

/** Fails until it was called for the `successAt`-th time; each call leaves a line in `journal`. */
const flaky = electron({ retries: 2 }, async (journal: string, successAt: number) => {
  await appendFile(journal, "called\n");
  const calls = (await readFile(journal, "utf8")).split("\n").length - 1;
  if (calls < successAt) throw new RangeError(`call ${calls} of ${successAt}`);
  return calls;
});
export const retried = lattice((journal: string, successAt: number) => flaky(journal, successAt));

/** Says which of its attempts it is, and fails the first time. */
const sayAttempt = electron({ retries: 1 }, async (journal: string) => {
  await appendFile(journal, "called\n");
  const attempt = (await readFile(journal, "utf8")).split("\n").length - 1;
  console.log(`attempt ${attempt}`);
  if (attempt === 1) throw new Error("once more");
});
export const twice = lattice((journal: string) => sayAttempt(journal));

const explode = electron((what: string): number => {
  throw new TypeError(`no ${what} here`, { cause: new Error("the deeper reason") });
});
const double = electron((value: number) => value * 2);

/** One branch fails, the other goes on. */
export const branches = lattice(() => {
  const broken = double(double(explode("luck")));
  return { broken, fine: double(double(21)) };
});

const speak = electron((text: string) => {
  console.log(`out: ${text}`);
  console.error(`err: ${text}`);
  return text.length;
});
export const spoken = lattice((texts: readonly string[]) => texts.map((text) => speak(text)));

const slow = electron({ timeout: "300ms" }, () => pause(60_000));
export const tooSlow = lattice(() => slow());

const field = electron(() => ({ present: 1 }) as { present: number; absent?: { deeper: number } });
export const missingField = lattice(() => double(field().absent.deeper));

const place = electron({ env: { GREETING: "hello" } }, () => ({
  directory: process.cwd(),
  greeting: process.env.GREETING,
  dispatch: process.env.COVALENT_DISPATCH_ID,
}));
export const surroundings = lattice(() => place());

/** Leaves a line when it starts and another when it ends, and takes a while in between. */
const effect = electron(async (journal: string, index: number, ms: number) => {
  await appendFile(journal, `start ${index}\n`);
  await pause(ms);
  await appendFile(journal, `end ${index}\n`);
  return index;
});

/** `width` chains of `depth` effects, joined by a sum. */
export const effects = lattice((journal: string, width: number, depth: number, ms: number) => {
  const chains = Array.from({ length: width }, (_, chain) => {
    let last = effect(journal, chain * depth, ms);
    for (let step = 1; step < depth; step++) last = wait(effect(journal, chain * depth + step, ms), last);
    return last;
  });
  return total(chains);
});

const whereAmI = electron({ retries: 1 }, () => {
  const { dispatchId, nodeId, attempt, logger } = context();
  logger.info("here", { attempt });
  if (attempt === 1) throw new Error("once more");
  return { dispatchId, nodeId, attempt };
});

/** What a task knows of itself. */
export const selfAware = lattice(() => whereAmI());

const append = electron(async (path: string, line: string) => appendFile(path, `${line}\n`));

/** Leaves a trace of having run. */
export const traced = lattice((path: string, line: string) => append(path, line));

const measured = electron({ cache: true }, async (journal: string, value: number) => {
  await appendFile(journal, `measured ${value}\n`);
  return { doubled: value * 2 };
});
const keyed = electron(
  { cache: { key: (_journal: string, value: { id: number }) => value.id } },
  async (journal: string, value: { id: number; label: string }) => {
    await appendFile(journal, `keyed ${value.label}\n`);
    return value.label;
  },
);

/** What is cached is computed once, in whatever dispatch. */
export const remembered = lattice((journal: string, value: number, label: string) => {
  const { doubled } = measured(journal, value);
  return [doubled, keyed(journal, { id: 7, label })];
});

class Transient extends Error {}
const picky = electron(
  { retries: { count: 5, retryOn: (error) => error instanceof Transient } },
  async (journal: string) => {
    await appendFile(journal, "called\n");
    const calls = (await readFile(journal, "utf8")).split("\n").length - 1;
    throw calls < 3 ? new Transient("again") : new RangeError("for good");
  },
);

/** Decides by itself what is worth another attempt. */
export const choosy = lattice((journal: string) => picky(journal));
