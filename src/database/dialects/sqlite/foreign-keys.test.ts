import { describe, expect, it } from "vitest";
import { HEAD } from "../../migration/history.ts";
import { memoryDatabase, migrateTo, revisionOf } from "../../migration/migrate.test-support.ts";
import { planMigration } from "../../migration/plan.ts";
import { runGroup } from "../../migration/run-group.ts";
import { findViolations } from "../../migration/violations.ts";
import { changeForeignKeys } from "./foreign-keys.ts";
import { readTable } from "./real-table.ts";
import { sqlRun } from "./sql-run.ts";

const EDGE =
  "INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, is_active) VALUES (1, 2, 3, 'x', 1)";

function databaseAt(revision: string) {
  const connection = memoryDatabase();
  migrateTo(connection, revision);
  return connection;
}

type Connection = ReturnType<typeof memoryDatabase>;

function rootOf(connection: Connection): unknown {
  return connection.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'electron_dependency'").get()
    ?.rootpage;
}

function keysOf(connection: Connection): unknown[] {
  const keys = connection
    .prepare("SELECT \"from\" FROM pragma_foreign_key_list('electron_dependency') ORDER BY 1")
    .all();
  return keys.map(({ from }) => from);
}

describe("foreign keys that come and go", () => {
  it("leave the rows where they are, upwards and downwards", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(EDGE);
    const root = rootOf(connection);
    migrateTo(connection, HEAD);
    expect(keysOf(connection)).toEqual(["electron_id", "parent_electron_id"]);
    expect(rootOf(connection)).toBe(root);
    migrateTo(connection, "97202f5f47cb");
    expect(keysOf(connection)).toEqual([]);
    expect(rootOf(connection)).toBe(root);
    expect(connection.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  });

  it("leave whatever users have put on the table", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(`${EDGE};
      ALTER TABLE electron_dependency ADD COLUMN my_note TEXT COLLATE NOCASE DEFAULT 'none' CHECK /* mine, not yours */ (my_note <> '');
      ALTER TABLE electron_dependency ADD COLUMN my_twice INTEGER AS (id * 2) VIRTUAL;
      ALTER TABLE electron_dependency ADD COLUMN "my ""own""" TEXT REFERENCES lattices (dispatch_id) ON DELETE CASCADE;
      CREATE UNIQUE INDEX my_index ON electron_dependency (upper(edge_name)) WHERE is_active;
      CREATE TABLE my_log (what TEXT);
      CREATE TRIGGER my_trigger AFTER INSERT ON electron_dependency BEGIN INSERT INTO my_log VALUES (new.my_twice); END;
      CREATE VIEW my_view AS SELECT my_note, my_twice FROM electron_dependency`);
    migrateTo(connection, HEAD);
    expect(connection.prepare("SELECT * FROM my_view WHERE my_note = 'NONE'").all()).toMatchObject([
      { my_twice: 2 },
    ]);
    expect(() => connection.exec("UPDATE electron_dependency SET my_note = ''")).toThrow(
      "CHECK constraint failed",
    );
    expect(() => connection.exec(EDGE.replace("(1,", "(2,"))).toThrow(
      "UNIQUE constraint failed: index 'my_index'",
    );
    connection.exec(EDGE.replace("(1,", "(2,").replace("'x'", "'y'"));
    expect(connection.prepare("SELECT what FROM my_log").all()).toMatchObject([{ what: "4" }]);
    expect(keysOf(connection)).toEqual(["electron_id", 'my "own"', "parent_electron_id"]);
    expect(connection.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  });

  it("are taken back with the transaction", () => {
    const connection = databaseAt("97202f5f47cb");
    const text = () =>
      connection.prepare("SELECT sql FROM sqlite_schema WHERE name = 'electron_dependency'").get()?.sql;
    const before = text();
    connection.exec("BEGIN");
    runGroup(connection, planMigration({ revision: "97202f5f47cb", to: "f64ecaa040d5" }), 0, {
      onViolation: "refuse",
    });
    expect(text()).not.toBe(before);
    connection.exec("ROLLBACK");
    expect(text()).toBe(before);
    expect(keysOf(connection)).toEqual([]);
    migrateTo(connection, "f64ecaa040d5");
    expect(keysOf(connection)).toEqual(["parent_electron_id"]);
  });

  it("ask nothing of rows that no longer meet what the table asks of them", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(EDGE);
    connection.exec(`PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, 'edge_name" TEXT NOT NULL', 'edge_name" TEXT') WHERE name = 'electron_dependency';
      PRAGMA writable_schema = RESET;
      UPDATE electron_dependency SET edge_name = NULL;
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, 'edge_name" TEXT', 'edge_name" TEXT NOT NULL') WHERE name = 'electron_dependency';
      PRAGMA writable_schema = RESET`);
    expect(findViolations(connection, planMigration({ revision: "97202f5f47cb", to: HEAD }))).toEqual([]);
    migrateTo(connection, HEAD);
    expect(
      connection
        .prepare("SELECT count(*) AS n FROM electron_dependency WHERE typeof(edge_name) = 'null'")
        .get(),
    ).toEqual({ n: 1 });
  });

  it("are not changed in place when SQLite would make something else of the table", () => {
    const connection = databaseAt("97202f5f47cb");
    const table = readTable(connection, "electron_dependency");
    if (table === undefined) throw new Error("no table");
    const [first, ...rest] = table.text.columns;
    const misread = {
      ...table,
      text: { ...table.text, columns: rest.length === 0 || first === undefined ? [] : [...rest, first] },
    };
    connection.exec("BEGIN");
    const nothing = {
      dropColumns: [],
      alterColumns: [],
      addColumns: [],
      dropConstraints: [],
      addConstraints: [],
    };
    expect(() => changeForeignKeys(sqlRun(connection, {}), misread, nothing)).toThrow(
      "its columns or indexes would change too",
    );
    connection.exec("ROLLBACK");
    expect(revisionOf(connection)).toBe("97202f5f47cb");
    expect(connection.prepare("SELECT * FROM pragma_table_info('electron_dependency')").get()?.name).toBe(
      "id",
    );
  });
});
