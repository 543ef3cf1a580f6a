import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { restoreQuarantine } from "../../src/database/diagnosis/quarantine.ts";
import { migrateDatabase } from "../../src/database/maintenance/migrate.ts";
import { NOBODY } from "../../src/database/maintenance/observer.ts";
import { HEAD } from "../../src/database/migration/history.ts";
import { allValues, makeOldDatabase } from "./old-database.ts";

/** Rows whose parents are gone, as the advice to delete rows leaves them: they stay unless somebody asks otherwise. */

let directory: string;
let path: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "covalent-orphans-"));
  path = join(directory, "dispatcher_db.sqlite");
  await makeOldDatabase(path, { dispatches: 6, electronsEach: 4 });
  // Dispatches 1, 2, 4 and 5 are nobody's part; electron 6 is dispatch 3.
  change("DELETE FROM lattices WHERE electron_id IS NULL; DELETE FROM electrons WHERE id = 23");
  return () => rmSync(directory, { recursive: true });
});

describe("rows without parents", () => {
  it("stay and stop nothing, and are counted", async () => {
    const outcome = await migrateDatabase({ path, report: NOBODY });
    expect(outcome).toMatchObject({ performed: "migrated", to: HEAD, removed: {} });
    expect(ids("electrons")).toHaveLength(23);
    expect(ids("electron_dependency")).toHaveLength(18);
    expect(outcome.findings).toContainEqual(
      expect.objectContaining({
        code: "ORPHANS",
        what: expect.stringContaining("16 rows of electrons"),
        action: expect.stringContaining("--on-violation=quarantine --orphans"),
      }),
    );
  });

  it("are kept aside on request, with all that depends on them, and come back on request", async () => {
    const whole = join(directory, "whole.sqlite");
    change(`VACUUM INTO '${whole}'`);
    await migrateDatabase({ path: whole, report: NOBODY });
    const outcome = await migrateDatabase({ path, report: NOBODY, onViolation: "quarantine", orphans: true });
    // Dispatch 3 is part of an electron without a dispatch, and dispatch 6 of an electron of dispatch 3.
    expect(ids("lattices")).toEqual([]);
    expect(outcome.removed).toMatchObject({ lattices: 2, electrons: 23, electron_dependency: 18 });
    expect(orphansIn()).toEqual([]);
    const restored = await restoreQuarantine({ path, report: NOBODY, confirm: async () => true });
    expect(restored.left).toEqual([]);
    expect(allValues(path)).toEqual(allValues(whole));
  });

  it("are taken out of a database that is at head already", async () => {
    await migrateDatabase({ path, report: NOBODY });
    const outcome = await migrateDatabase({ path, report: NOBODY, onViolation: "quarantine", orphans: true });
    expect(outcome).toMatchObject({ performed: "migrated", backup: expect.any(String) });
    expect(orphansIn()).toEqual([]);
    expect(
      await migrateDatabase({ path, report: NOBODY, onViolation: "quarantine", orphans: true }),
    ).toMatchObject({
      performed: "nothing",
    });
  });

  it("are not said to stay by a plan that takes them out", async () => {
    const plan = (orphans: boolean) =>
      migrateDatabase({ path, report: NOBODY, planOnly: true, onViolation: "quarantine", orphans });
    const codes = async (orphans: boolean) => (await plan(orphans)).findings.map(({ code }) => code);
    expect(await codes(false)).toContain("ORPHANS");
    expect(await codes(true)).not.toContain("ORPHANS");
  });

  it("are deleted only after a backup, and when somebody says yes", async () => {
    const asked: string[] = [];
    const answer = (yes: boolean) => ({
      path,
      report: NOBODY,
      onViolation: "delete" as const,
      orphans: true,
      backup: false,
      confirm: async (question: string) => {
        asked.push(question);
        return yes;
      },
    });
    const before = readFileSync(path);
    await expect(migrateDatabase(answer(false))).rejects.toMatchObject({ code: "NOT_CONFIRMED" });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(asked).toEqual([
      expect.stringMatching(
        /^Delete .*16 row\(s\) of electrons whose parent_lattice_id names no row of lattices.*A backup is made first/,
      ),
    ]);
    const { backup, removed } = await migrateDatabase(answer(true));
    expect(readFileSync(backup ?? "")).toHaveLength(before.length);
    expect(removed).toMatchObject({ electrons: 23 });
    expect(ids("electrons")).toEqual([]);
  });

  it("fire no trigger of a user's when they go", async () => {
    change(
      `CREATE TABLE my_log (what); CREATE TRIGGER my_trigger AFTER DELETE ON electrons BEGIN INSERT INTO my_log VALUES (old.id); END`,
    );
    await migrateDatabase({ path, report: NOBODY, onViolation: "quarantine", orphans: true });
    expect(ask("SELECT * FROM my_log")).toEqual([]);
    expect(ask("SELECT name FROM sqlite_schema WHERE type = 'trigger'")).toEqual(["my_trigger"]);
  });

  it("are only half a question without what is to be done with them", () => {
    expect(() => migrateDatabase({ path, report: NOBODY, orphans: true })).toThrow("--orphans");
  });
});

function change(sql: string): void {
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  connection.exec(sql);
  connection.close();
}

function ask(sql: string): unknown[] {
  const connection = new DatabaseSync(path, { readOnly: true });
  try {
    return connection
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  } finally {
    connection.close();
  }
}

const ids = (table: string) => ask(`SELECT id FROM ${table} ORDER BY id`);

const orphansIn = () => ask(`SELECT "table" FROM pragma_foreign_key_check`);
