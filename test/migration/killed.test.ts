import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { HISTORY } from "../../src/database/migration/history.ts";
import { copyInto, inParallel, runToEnd } from "./killed-process.ts";
import { allValues, makeOldDatabase } from "./old-database.ts";
import { quiet, requestFor } from "./quiet.ts";

/** A process that is killed while it migrates leaves a database that goes on, from the revision before or after, with all values. */

const PROGRAM = fileURLToPath(new URL("./killed-migrate.ts", import.meta.url));
const REVISIONS = HISTORY.map(({ id }) => id);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-killed-"));
  return () => rmSync(directory, { recursive: true });
});

it.each([
  // Each statement in the mode that old databases are in, some in the other.
  { journal: "delete", every: 1 },
  { journal: "wal", every: 12 },
] as const)(
  "killed before any statement of a full upgrade (journal_mode=$journal), a database goes on with all its values",
  { timeout: 900_000 },
  async ({ journal, every }) => {
    const old = join(directory, `${journal}.sqlite`);
    await makeOldDatabase(old, { journal });
    const whole = copyOf(old, `${journal}-whole`);
    const statements = Number(await run([whole]));
    const expected = allValues(whole);
    expect(statements).toBeGreaterThan(150);

    const points = Array.from({ length: Math.ceil(statements / every) }, (_, index) => index * every + 1);
    await inParallel(points, async (point) => {
      const path = copyOf(old, `${journal}-${point}`);
      expect(await run([path, String(point)]), `statement ${point}`).toBe("SIGKILL");
      expectSound(path, point);
      await runMigration(requestFor(path), quiet());
      expect(allValues(path), `after statement ${point}`).toEqual(expected);
      rmSync(join(path, ".."), { recursive: true });
    });
  },
);

it("killed at any time, in the look, the rehearsal or the backup too, it goes on and tidies up", {
  timeout: 300_000,
}, async () => {
  const old = join(directory, "any-time.sqlite");
  await makeOldDatabase(old);
  const whole = copyOf(old, "any-time-whole");
  const begin = performance.now();
  await run([whole]);
  const duration = performance.now() - begin;
  const expected = allValues(whole);

  const moments = Array.from({ length: 16 }, (_, index) => (duration * (index + 1)) / 16);
  await inParallel(moments, async (moment) => {
    const path = copyOf(old, `moment-${Math.round(moment)}`);
    await run([path], moment);
    expectSound(path, moment);
    await runMigration(requestFor(path), quiet());
    expect(allValues(path)).toEqual(expected);
    const names = readdirSync(join(path, ".."), { recursive: true }).map(String);
    expect(names.filter((name) => name.endsWith(".partial"))).toEqual([]);
    rmSync(join(path, ".."), { recursive: true });
  });
});

function copyOf(file: string, name: string): string {
  return copyInto(directory, name, file);
}

/** What the program printed, or the signal that ended it. */
function run(parameters: readonly string[], killAfterMs?: number): Promise<string> {
  return runToEnd(PROGRAM, parameters, {
    cache: join(directory, "compiled"),
    ...(killAfterMs === undefined ? {} : { killAfterMs }),
  });
}

/** As any program would open it: what was not committed is taken back. */
function expectSound(path: string, point: number): void {
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  try {
    const ask = (sql: string): unknown[] =>
      connection
        .prepare(sql)
        .all()
        .map((row) => Object.values(row)[0]);
    expect(ask("PRAGMA integrity_check"), `after ${point}`).toEqual(["ok"]);
    const [revision, ...others] = ask("SELECT version_num FROM alembic_version");
    expect(others).toEqual([]);
    expect(REVISIONS, `after ${point}`).toContain(revision);
  } finally {
    connection.close();
  }
}
