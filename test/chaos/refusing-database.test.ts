import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dispatch, getResult } from "covalent-ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contradictions } from "./contradictions.ts";
import { readEffects } from "./effects.ts";
import { type KillableServer, killableServer } from "./killable-server.ts";
import { chaos, type Step } from "./workflows/steps.ts";

/** What a database that refuses them makes of a dispatch's changes; each is refused for as long as the trigger is there. */
const REFUSING = {
  "the end of a task": "BEFORE UPDATE OF status ON electrons WHEN NEW.status = 'COMPLETED'",
  "the place of an attempt": "BEFORE INSERT ON attempts",
  "the record of an attempt's end": "BEFORE UPDATE OF status ON attempts",
};

let server: KillableServer;

beforeEach(async () => {
  server = await killableServer();
  await server.start();
});

afterEach(() => server.dispose());

test.each(Object.entries(REFUSING))(
  "a dispatch goes on by itself when %s was refused for a while, and nothing runs twice",
  {
    timeout: 120_000,
  },
  async (_, when) => {
    const { url } = server;
    const journal = join(server.home, "journal");
    const id = await dispatch(chaos, { url })(journal, steps());
    await expect.poll(() => readEffects(journal).length, { timeout: 20_000 }).toBeGreaterThan(4);
    using database = new DatabaseSync(server.databasePath, { timeout: 10_000 });
    database.exec(`CREATE TRIGGER refusing ${when} BEGIN SELECT RAISE(ABORT, 'not now'); END`);
    await expect
      .poll(() => readFileSync(server.logPath, "utf8").includes("taken up again soon"), { timeout: 20_000 })
      .toBe(true);
    database.exec("DROP TRIGGER refusing");
    const { status, result } = await getResult(id, { url, wait: true });
    expect(status).toBe("COMPLETED");
    expect(result).toHaveLength(steps().length);
    const starts = readEffects(journal).filter(
      ({ phase, name }) => phase === "start" && !name.startsWith("f"),
    );
    expect(starts.map(({ name }) => name).toSorted()).toEqual(
      [...new Set(starts.map(({ name }) => name))].toSorted(),
    );
    expect(contradictions(server.databasePath)).toEqual([]);
  },
);

/** Some that wait for one another, some beside one another, and a sublattice. */
function steps(): Step[] {
  const row = Array.from(
    { length: 12 },
    (_, index): Step => ({ kind: "steady", name: `s${index}`, ms: 150, after: index < 4 ? [] : [index - 4] }),
  );
  return [
    ...row,
    { kind: "mapped", name: "m", ms: 150, after: [0] },
    { kind: "flaky", name: "f", ms: 50, after: [1] },
  ];
}
