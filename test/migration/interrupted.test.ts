import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { applyRepair } from "../../src/database/diagnosis/repair.ts";
import { runBackup } from "../../src/database/maintenance/backup-run.ts";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { NOBODY } from "../../src/database/maintenance/observer.ts";
import { runReset } from "../../src/database/maintenance/reset-run.ts";
import { runRestore } from "../../src/database/maintenance/restore-run.ts";
import type { Surroundings } from "../../src/database/maintenance/surroundings.ts";
import { commandLine } from "../integration/cli-process.ts";
import { allValues, makeOldDatabase, OLDEST } from "./old-database.ts";
import { quiet, requestFor } from "./quiet.ts";

/** Ctrl-C ends work on a database at the next safe point: it says in what state the file is, and the file is in that state. */

let made: string;
let old: string;
beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), "covalent-interrupted-"));
  old = join(made, "old.sqlite");
  await makeOldDatabase(old);
  return () => rmSync(made, { recursive: true });
});

/** A copy of the old database in a directory of its own. */
function givenDatabase(): string {
  const directory = mkdtempSync(join(made, "one-"));
  const path = join(directory, "dispatcher_db.sqlite");
  copyFileSync(old, path);
  return path;
}

/** Somebody who presses Ctrl-C when the work says that it is there, or before its n-th statement. */
function interruptedAt(at: string | number): Surroundings {
  let isInterrupted = false;
  let statements = 0;
  return quiet({
    interrupted: () => isInterrupted,
    report: {
      ...NOBODY,
      progress({ label }) {
        if (typeof at === "string" && label.startsWith(at)) isInterrupted = true;
      },
    },
    statement() {
      statements += 1;
      if (statements === at) isInterrupted = true;
    },
  });
}

function expectNothingUnfinished(path: string): void {
  const files = readdirSync(dirname(path), { recursive: true }).map(String);
  expect(files.filter((file) => /\.partial|-journal$|-wal$/.test(file))).toEqual([]);
}

describe("a migration that is interrupted", () => {
  it.each([
    ["during the copy for the rehearsal", "Copying for a rehearsal", "The database was not touched"],
    ["during the rehearsal", "Rehearsing on a copy", "The database was not touched"],
    ["during the backup", "Making a backup", `The database was not changed: it is at revision ${OLDEST}`],
  ])("%s leaves the file as it was, to the byte", async (_when, label, said) => {
    const path = givenDatabase();
    await expect(runMigration(requestFor(path), interruptedAt(label))).rejects.toMatchObject({
      code: "MIGRATION_INTERRUPTED",
      hint: expect.stringContaining(said),
    });
    expect(readFileSync(path).equals(readFileSync(old))).toBe(true);
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
    expect(await runMigration(requestFor(path), quiet())).toMatchObject({ performed: "migrated" });
  });

  it.each([2, 40, 90, 150])(
    "before statement %d of the real run is at a whole revision, which it names",
    async (at) => {
      const path = givenDatabase();
      const failure = await runMigration(requestFor(path), interruptedAt(at)).catch(
        (error: unknown) => error,
      );
      const revision = ask(path, "SELECT version_num FROM alembic_version");
      expect(failure).toMatchObject({
        code: "MIGRATION_INTERRUPTED",
        hint: expect.stringMatching(
          new RegExp(
            `rolled back and nothing is lost: the database is at revision ${revision}\\..*The backup made before is `,
          ),
        ),
      });
      expectNothingUnfinished(path);
      const alone = givenDatabase();
      await runMigration(requestFor(alone), quiet());
      await runMigration(requestFor(path), quiet());
      expect(allValues(path)).toEqual(allValues(alone));
    },
  );
});

describe("other work that is interrupted", () => {
  it.each<[string, string, (path: string, around: Surroundings) => Promise<unknown>]>([
    [
      "a backup",
      "Making a backup",
      (path, around) => runBackup({ path, file: null, backupsKept: 10 }, around),
    ],
    ["a restore, before", "Keeping the present", (path, around) => restore(path, around)],
    ["a restore, half-way", "Restoring", (path, around) => restore(path, around)],
    ["a reset", "Keeping the present", (path, around) => runReset({ path, backupsKept: 10 }, around)],
    [
      "a reset, while it makes the new one",
      "Rehearsing",
      (path, around) => runReset({ path, backupsKept: 10 }, around),
    ],
  ])("%s leaves the database as it was", async (_what, label, work) => {
    const path = givenDatabase();
    const before = allValues(path);
    await expect(work(path, interruptedAt(label))).rejects.toMatchObject({
      code: "MIGRATION_INTERRUPTED",
      hint: expect.stringMatching(/The database (was not touched|is what it was)/),
    });
    expect(allValues(path)).toEqual(before);
    expectNothingUnfinished(path);
  });

  it("a repair leaves the database as it was", async () => {
    const path = givenDatabase();
    const connection = new DatabaseSync(path);
    connection.exec(
      "CREATE TABLE _alembic_tmp_lattices AS SELECT * FROM lattices; UPDATE _alembic_tmp_lattices SET id = id + 100",
    );
    connection.close();
    const before = readFileSync(path);
    const stop = new AbortController();
    const report = { ...NOBODY, backup: () => stop.abort() };
    await expect(
      applyRepair({ path, report, confirm: async () => true, signal: stop.signal }),
    ).rejects.toMatchObject({ code: "MIGRATION_INTERRUPTED" });
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

function restore(path: string, around: Surroundings): Promise<unknown> {
  const from = join(dirname(path), "from.sqlite");
  copyFileSync(path, from);
  const connection = new DatabaseSync(from);
  // More than one step of a copy.
  connection.exec("UPDATE lattices SET name = 'restored'; CREATE TABLE large AS SELECT zeroblob(40000000)");
  connection.close();
  return runRestore({ path, from, backupsKept: 10 }, around);
}

describe("the command", () => {
  it.each([
    ["SIGINT", "in the rehearsal", (home: string) => hasPartial(home, ".rehearsal.")],
    ["SIGTERM", "in the real run", (home: string) => hasBackup(home)],
  ] as const)(
    "ends with 130 after %s %s, and says in what state the file is",
    { timeout: 120_000 },
    async (signal, _when, isThere) => {
      const covalent = commandLine();
      onTestFinished(() => covalent.dispose());
      const path = join(covalent.home, ".local/share/covalent/dispatcher_db.sqlite");
      mkdirSync(dirname(path), { recursive: true });
      await makeOldDatabase(path, { dispatches: 1_500, electronsEach: 20 });
      const command = covalent.start(["db", "migrate"]);
      let said = "";
      command.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      const ended = new Promise<number | null>((resolve) => command.once("close", resolve));
      for (const deadline = Date.now() + 60_000; !isThere(dirname(path)); await delay(2))
        expect(Date.now()).toBeLessThan(deadline);
      command.kill(signal);
      expect(await ended, said).toBe(130);
      expect(said).toMatch(/note: this ends at the next safe point/);
      expect(said).toMatch(
        /There was an issue running migrations\.\nhint: .*the database (was not|is at revision)/i,
      );
      expectNothingUnfinished(path);
      const revision = ask(path, "SELECT version_num FROM alembic_version");
      if (signal === "SIGTERM") expect(said).toContain(`the database is at revision ${revision}`);
      else expect(revision).toBe(OLDEST);
      expect(ask(path, "PRAGMA integrity_check")).toBe("ok");
    },
  );
});

function hasPartial(directory: string, purpose: string): boolean {
  return readdirSync(directory).some((name) => name.includes(purpose));
}

/** Complete, under its name: the real run has begun. */
function hasBackup(directory: string): boolean {
  const backups = join(directory, "backups");
  return existsSync(backups) && readdirSync(backups).some((name) => name.endsWith(".sqlite"));
}

function ask(path: string, sql: string): unknown {
  const connection = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.values(connection.prepare(sql).get() ?? {})[0];
  } finally {
    connection.close();
  }
}
