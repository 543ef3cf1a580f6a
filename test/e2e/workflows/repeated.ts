import { appendFile, readFile } from "node:fs/promises";
import { electron, lattice } from "covalent-ts";

/** Workflows that are run again; every task leaves its name in a journal. */

const load = electron(async (journal: string, values: readonly number[]) => {
  await appendFile(journal, "load\n");
  return { values: [...values], scale: 10 };
});
const scaled = electron(async (journal: string, value: number, scale: number) => {
  await appendFile(journal, `scaled ${value}\n`);
  return value * scale;
});
/** Fails unless there is a file of that name with a `.ready` behind it. */
const sum = electron(async (journal: string, terms: readonly number[]) => {
  await appendFile(journal, "sum\n");
  await readFile(`${journal}.ready`, "utf8");
  return terms.reduce((total, term) => total + term, 0);
});
const report = electron(async (journal: string, total: number, title: string) => {
  await appendFile(journal, "report\n");
  return `${title}: ${total}`;
});

export const pipeline = lattice((journal: string, values: readonly number[], title: string) => {
  const loaded = load(journal, values);
  const terms = values.map((_, index) => scaled(journal, loaded.values[index] ?? 0, loaded.scale));
  return report(journal, sum(journal, terms), title);
});

/** In the place of `sum`. */
export const product = electron(async (journal: string, terms: readonly number[]) => {
  await appendFile(journal, "product\n");
  return terms.reduce((total, term) => total * term, 1);
});

const inner = lattice({ name: "inner" }, (journal: string, value: number) => ({
  first: scaled(journal, value, 2),
  list: [scaled(journal, value, 3), "text"],
}));

/** A sublattice that completes, and a task behind it that fails until the journal is ready. */
export const outer = lattice((journal: string, value: number) => {
  const parts = inner(journal, value);
  return { parts, total: sum(journal, [parts.first]) };
});
