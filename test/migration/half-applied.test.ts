import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, it } from "vitest";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { HEAD } from "../../src/database/migration/history.ts";
import { expectKept, valuesOf } from "../../src/database/migration/kept-values.test-support.ts";
import { makeOldDatabase } from "./old-database.ts";
import { originalUpgrades } from "./original-statements.ts";
import { quiet, requestFor } from "./quiet.ts";

/** An upgrade of the original that stopped behind any of its statements, each of them committed: plain `migrate` goes on from there. */

let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-half-applied-"));
  path = join(directory, "dispatcher_db.sqlite");
  return () => rmSync(directory, { recursive: true });
});

/** Databases without tasks are the only old ones that the original gets any further with. */
const WITHOUT_TASKS = ["electron_dependency", "electrons", "jobs"];

describe("an upgrade of the original that stopped behind any statement", () => {
  it.each(originalUpgrades())(
    "from $from to $to goes on to head with all that is there",
    { timeout: 300_000 },
    async ({ from, statements }) => {
      const old = join(directory, `${from}.sqlite`);
      await makeOldDatabase(old, { revision: from, dispatches: 3, electronsEach: 2 });
      let count = 1;
      for (; count <= statements.length && stoppedBehind(old, statements.slice(0, count)); count++)
        await expectToGoOn(old, `with tasks, ${count} of ${statements.length}: ${statements[count - 1]}`);
      withDatabase(old, removeTasks);
      for (; count <= statements.length && stoppedBehind(old, statements.slice(0, count)); count++)
        await expectToGoOn(old, `without tasks, ${count} of ${statements.length}: ${statements[count - 1]}`);
      expect(count).toBe(statements.length + 1);
    },
  );
});

function removeTasks(connection: DatabaseSync): void {
  for (const table of WITHOUT_TASKS) {
    if (connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table) !== undefined)
      connection.exec(`DELETE FROM ${table}`);
  }
}

async function expectToGoOn(old: string, place: string): Promise<void> {
  const before = withDatabase(path, valuesOf);
  await runMigration(requestFor(path, { backup: false }), quiet()).catch((error: unknown) => {
    throw new Error(place, { cause: error });
  });
  expect(rowsIn(path), place).toEqual(rowsIn(old));
  withDatabase(path, (connection) => {
    expectKept(before, connection);
    const ask = (sql: string) => connection.prepare(sql).all();
    expect(ask("SELECT version_num AS revision FROM alembic_version"), place).toEqual([{ revision: HEAD }]);
    expect(ask("SELECT name FROM sqlite_schema WHERE name LIKE '%alembic_tmp%'"), place).toEqual([]);
  });
}

/** Runs the statements on a copy one by one; false when the last one fails, which then has done nothing. */
function stoppedBehind(old: string, statements: readonly string[]): boolean {
  copyFileSync(old, path);
  return withDatabase(path, (connection) => {
    connection.exec("PRAGMA legacy_alter_table = ON");
    for (const [index, sql] of statements.entries()) {
      try {
        connection.exec(sql);
      } catch (error) {
        expect(String(error)).toContain("NOT NULL constraint failed");
        expect(index).toBe(statements.length - 1);
        return false;
      }
    }
    return true;
  });
}

function rowsIn(file: string): unknown {
  return withDatabase(file, (connection) =>
    ["lattices", "electrons", "electron_dependency"].map((table) =>
      connection
        .prepare(
          `SELECT id, ${table === "electron_dependency" ? "edge_name" : "quote(name) AS name"} FROM ${table} ORDER BY id`,
        )
        .all(),
    ),
  );
}

function withDatabase<T>(file: string, work: (connection: DatabaseSync) => T): T {
  const connection = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  try {
    return work(connection);
  } finally {
    connection.close();
  }
}
