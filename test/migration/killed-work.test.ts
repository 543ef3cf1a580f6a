import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { doctor } from "../../src/database/diagnosis/doctor.ts";
import { listBackups } from "../../src/database/maintenance/backup-files.ts";
import { HEAD, HISTORY } from "../../src/database/migration/history.ts";
import { copyInto, inParallel, killPoints, runToEnd } from "./killed-process.ts";
import { allValues, makeOldDatabase } from "./old-database.ts";

/**
 * A process that is killed while it restores, resets, downgrades or repairs leaves the old content or the new, of a downgrade that of a
 * revision; the same command goes on from there; and what was there before is in the database or in a backup at any time.
 *
 * 60 points of each are tried, spread evenly; `COVALENT_TEST_KILLS=all` tries every one.
 */

const PROGRAM = fileURLToPath(new URL("./killed-work.ts", import.meta.url));
const POINTS = 60;
const REVISIONS: ReadonlySet<unknown> = new Set(HISTORY.map(({ id }) => id));

interface Work {
  readonly command: "restore" | "reset" | "downgrade" | "repair";
  /** What the database is before. */
  make(path: string): Promise<void>;
  /** The command's operand. */
  readonly operand?: string;
  /** Not even SQLite can read what is there before. */
  readonly damaged?: true;
}

let directory: string;
let backup: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "covalent-killed-work-"));
  backup = join(directory, "backup.sqlite");
  await makeOldDatabase(backup, { revision: "9b9d58f02985", dispatches: 9 });
  return () => rmSync(directory, { recursive: true });
});

const WORKS: Readonly<Record<string, Work>> = {
  "a restore": { command: "restore", make: makeOldDatabase },
  "a restore into a database in WAL mode": {
    command: "restore",
    make: (path) => makeOldDatabase(path, { journal: "wal" }),
  },
  "a restore over a damaged file with a log beside it": {
    command: "restore",
    damaged: true,
    async make(path) {
      await makeOldDatabase(path);
      truncateSync(path, 20_480);
    },
  },
  "a reset": { command: "reset", make: makeOldDatabase },
  "a downgrade": {
    command: "downgrade",
    operand: "9b9d58f02985",
    make: (path) => makeOldDatabase(path, { revision: HEAD }),
  },
  "a repair": { command: "repair", make: makeBroken },
};

it.each(Object.keys(WORKS))(
  "%s that is killed at any step loses nothing and is done by the next try",
  {
    timeout: 900_000,
  },
  async (name) => {
    const work = WORKS[name];
    if (work === undefined) throw new Error(name);
    const old = join(directory, `${work.command}-${name.length}.sqlite`);
    await work.make(old);
    const given = (label: string): string => {
      const path = copyInto(directory, `${name.replaceAll(" ", "-")}-${label}`, old);
      if (work.damaged) writeFileSync(`${path}-wal`, "a log that no longer belongs to it");
      return path;
    };
    const run = (path: string, point = 0): Promise<string> =>
      runToEnd(PROGRAM, [work.command, path, work.operand ?? backup, String(point)], {
        cache: join(directory, "compiled"),
      });

    const before = work.damaged ? undefined : allValues(old);
    const whole = given("whole");
    const steps = Number(await run(whole));
    const after = allValues(whole);
    expect(steps).toBeGreaterThan(20);
    await inParallel(killPoints(steps, POINTS), async (point) => {
      const path = given(String(point));
      const at = `${name}, step ${point} of ${steps}`;
      expect(await run(path, point), at).toBe("SIGKILL");
      if (work.command === "downgrade") expectRevision(path, at);
      else expectOneOf(path, [before, after], at);
      expect(await run(path), at).toMatch(/^\d+$/);
      expect(allValues(path), at).toEqual(after);
      expectKept(path, before, at);
      rmSync(dirname(path), { recursive: true });
    });
  },
);

/** The content is one of these; a damaged one is `undefined`. */
function expectOneOf(path: string, contents: readonly (object | undefined)[], at: string): void {
  const actual = contentOf(path);
  expect(
    contents.some((content) => JSON.stringify(content) === JSON.stringify(actual)),
    at,
  ).toBe(true);
}

/** As any program would open it: what was not committed is taken back. */
function contentOf(path: string): object | undefined {
  try {
    const connection = new DatabaseSync(path, { timeout: 5_000 });
    try {
      if (connection.prepare("PRAGMA integrity_check").get()?.integrity_check !== "ok") return undefined;
    } finally {
      connection.close();
    }
    return allValues(path);
  } catch {
    return undefined;
  }
}

function expectRevision(path: string, at: string): void {
  expect(contentOf(path), at).toBeDefined();
  const connection = new DatabaseSync(path);
  const [row, ...others] = connection.prepare("SELECT version_num FROM alembic_version").all();
  connection.close();
  expect(others, at).toEqual([]);
  expect(REVISIONS, at).toContain(row?.version_num);
}

/** What was there before is in a backup, and nothing unfinished lies about. */
function expectKept(path: string, before: object | undefined, at: string): void {
  const files = readdirSync(dirname(path), { recursive: true }).map(String);
  expect(
    files.filter((file) => file.endsWith(".partial")),
    at,
  ).toEqual([]);
  const backups = listBackups(path);
  if (before === undefined)
    expect(
      backups.map(({ revision }) => revision),
      at,
    ).toContain("damaged");
  else
    expect(
      backups.some((one) => JSON.stringify(allValues(one.path)) === JSON.stringify(before)),
      at,
    ).toBe(true);
}

/** A left-over with a row that is nowhere else, and an index that is gone. */
async function makeBroken(path: string): Promise<void> {
  await makeOldDatabase(path, { revision: HEAD });
  const connection = new DatabaseSync(path);
  connection.exec(`CREATE TABLE _alembic_tmp_lattices AS SELECT * FROM lattices;
    UPDATE _alembic_tmp_lattices SET id = 4711 WHERE id = 1;
    DROP INDEX latid_nodeid_idx`);
  connection.close();
  const { findings } = await doctor(path);
  expect(findings.map(({ severity }) => severity)).toContain("repair");
}
