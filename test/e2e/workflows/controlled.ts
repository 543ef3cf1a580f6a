import { appendFile } from "node:fs/promises";
import { electron, lattice } from "covalent-ts";

/** Workflows that are cancelled, paused, limited and late. */

/** Says its process id, then never ends, deaf to SIGTERM. */
const stubborn = electron(async (journal: string, label: string) => {
  process.on("SIGTERM", () => undefined);
  await appendFile(journal, `${label} ${process.pid}\n`);
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
});
const after = electron((value: unknown) => value);
const quick = electron(() => 1);

/** One task that never ends, one that waits for it, and one that has nothing to do with either. */
export const endless = lattice((journal: string) => [after(stubborn(journal, "endless")), quick()]);

/** The same with a deadline. */
export const late = lattice({ deadline: "1500ms" }, (journal: string) => after(stubborn(journal, "late")));

/** Leaves a line when it begins and one when it ends. */
async function span(journal: string, index: number): Promise<number> {
  await appendFile(journal, `begin ${index}\n`);
  await new Promise((over) => setTimeout(over, 30));
  await appendFile(journal, `end ${index}\n`);
  return index;
}
const spanning = electron({ name: "spanning", concurrency: 1 }, span);
/** More calls than may run at once. */
export const oneAtATime = lattice((journal: string, count: number) =>
  Array.from({ length: count }, (_, index) => spanning(journal, index)),
);

const tagged = electron({ name: "tagged", tags: ["gpu"] }, span);
const untagged = electron((journal: string, index: number) => span(journal, index));
/** Nothing about the electrons themselves says how many run at once. */
export const withTag = lattice((journal: string, count: number) =>
  Array.from({ length: count }, (_, index) => tagged(journal, index)),
);
export const withoutTag = lattice((journal: string, count: number) =>
  Array.from({ length: count }, (_, index) => untagged(journal, index)),
);

class Refused extends Error {}
class Busy extends Refused {}

const picky = electron(
  { retries: { count: 2, delay: 50, jitter: 0, retryOn: [Refused] } },
  async (journal: string, kind: "busy" | "wrong") => {
    await appendFile(journal, `${kind} ${Date.now()}\n`);
    throw kind === "busy" ? new Busy("come back") : new TypeError("never");
  },
);
/** Fails with what is worth another attempt, and with what is not. */
export const choosy = lattice((journal: string) => [picky(journal, "busy"), picky(journal, "wrong")]);
