import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { sqlRun } from "../dialects/sqlite/sql-run.ts";
import { HEAD } from "./history.ts";
import { memoryDatabase, migrateTo } from "./migrate.test-support.ts";
import { restoreQuarantined } from "./restore-quarantined.ts";

/** Three dispatches of their own, each with two rows for its one node; all go into quarantine at 9f1271ef662a. */
function quarantined(): DatabaseSync {
  const connection = memoryDatabase();
  migrateTo(connection, "9b9d58f02985");
  for (const id of [1, 2, 3]) {
    insertDispatch(connection, id, `old-${id}`);
    insertElectron(connection, 10 * id, id);
    insertElectron(connection, 10 * id + 1, id);
  }
  migrateTo(connection, "9f1271ef662a", { onViolation: "quarantine" });
  // As if nothing ever permitted such rows again: they wait until they are asked for.
  for (const table of ["lattices", "electrons"])
    connection.exec(`UPDATE _covalent_quarantine_${table} SET _constraint = 'another'`);
  return connection;
}

function insertDispatch(connection: DatabaseSync, id: number, dispatch: string): void {
  connection.exec(`INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active)
    VALUES (${id}, '${dispatch}', 'a', 'COMPLETED', 1, 1, 1)`);
}

function insertElectron(connection: DatabaseSync, id: number, lattice: number, job?: number): void {
  const [names, values] = job === undefined ? ["", ""] : [", job_id, task_group_id", `, ${job}, 0`];
  connection.exec(`INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, is_active${names})
    VALUES (${id}, ${lattice}, 0, 'function', 'task', 'RUNNING', 1${values})`);
}

function restore(connection: DatabaseSync): Record<string, number> {
  connection.exec("BEGIN");
  const restored = restoreQuarantined(sqlRun(connection, {}));
  connection.exec("COMMIT");
  return restored;
}

const all = (connection: DatabaseSync, sql: string) =>
  connection
    .prepare(sql)
    .all()
    .map((row) => Object.values(row));

describe("rows from before there were jobs", () => {
  it.each(["f64ecaa040d5", "1142d81b29b8", "7e9fb153ecfb", HEAD])(
    "get a job for each task group at %s, whose id is nobody else's",
    (revision) => {
      const connection = quarantined();
      migrateTo(connection, revision);
      const status = revision === "f64ecaa040d5" ? "cancel_successful" : "status";
      connection.exec(
        `INSERT INTO jobs (id, cancel_requested, job_handle, ${status}) VALUES (10, 1, 'mine', 'x'), (50, 0, 'null', 'x')`,
      );
      expect(restore(connection)).toEqual({ lattices: 3, electrons: 6 });
      expect(all(connection, "SELECT id, job_id FROM electrons ORDER BY id")).toEqual([
        [10, 51],
        [11, 51],
        [20, 20],
        [21, 20],
        [30, 30],
        [31, 30],
      ]);
      expect(
        all(connection, `SELECT id, job_handle, ${status} FROM jobs WHERE id <> 50 ORDER BY id`),
      ).toEqual([
        [10, "mine", "x"],
        ...[20, 30, 51].map((id) => [id, "null", status === "status" ? "RUNNING" : 0]),
      ]);
      expect(connection.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
    },
  );

  it("share the job that the rest of their group has", () => {
    const connection = quarantined();
    connection.exec("DELETE FROM _covalent_quarantine_lattices WHERE id = 1");
    migrateTo(connection, HEAD);
    insertDispatch(connection, 1, "new");
    connection.exec(
      "INSERT INTO jobs (id, cancel_requested, job_handle, status) VALUES (7, 0, 'theirs', 'RUNNING')",
    );
    insertElectron(connection, 5, 1, 7);
    restore(connection);
    expect(
      all(connection, "SELECT id, job_id FROM electrons WHERE parent_lattice_id = 1 ORDER BY id"),
    ).toEqual([
      [5, 7],
      [10, 7],
      [11, 7],
    ]);
  });
});

describe("rows that cannot come back", () => {
  it("stay aside when another has their id, and with them what belongs to them", () => {
    const connection = quarantined();
    migrateTo(connection, "7e9fb153ecfb");
    insertDispatch(connection, 2, "new");
    expect(restore(connection)).toEqual({ lattices: 2, electrons: 4 });
    expect(all(connection, "SELECT count(*) FROM electrons WHERE parent_lattice_id = 2")).toEqual([[0]]);
    expect(all(connection, "SELECT dispatch_id FROM _covalent_quarantine_lattices")).toEqual([["old-2"]]);
    expect(all(connection, "SELECT id FROM _covalent_quarantine_electrons ORDER BY id")).toEqual([
      [20],
      [21],
    ]);
    connection.exec("DELETE FROM lattices WHERE id = 2");
    expect(restore(connection)).toEqual({ lattices: 1, electrons: 2 });
    expect(all(connection, "SELECT name FROM sqlite_schema WHERE name LIKE '%quarantine%'")).toEqual([]);
  });

  it("stay aside when the database does not permit them, while the others come back", () => {
    const connection = quarantined();
    migrateTo(connection, "7e9fb153ecfb");
    insertDispatch(connection, 4, "old-3");
    expect(restore(connection)).toEqual({ lattices: 2, electrons: 4 });
    expect(all(connection, "SELECT id FROM _covalent_quarantine_lattices")).toEqual([[3]]);
    expect(all(connection, "SELECT id FROM _covalent_quarantine_electrons ORDER BY id")).toEqual([
      [30],
      [31],
    ]);
    expect(all(connection, "SELECT id FROM electrons ORDER BY id")).toEqual([[10], [11], [20], [21]]);
  });
});

it("is told by its own key, where a user's column is called rowid", () => {
  const connection = memoryDatabase();
  migrateTo(connection, "9b9d58f02985");
  connection.exec(
    "ALTER TABLE lattices ADD COLUMN rowid INTEGER; ALTER TABLE electrons ADD COLUMN rowid INTEGER DEFAULT 7",
  );
  for (const id of [1, 2, 3]) {
    insertDispatch(connection, id, `old-${id}`);
    insertElectron(connection, 10 * id, id);
  }
  // Each row has the id of another in the column; only the first is no part of another.
  connection.exec(`UPDATE lattices SET rowid = 4 - id; UPDATE lattices SET electron_id = 20 WHERE id = 3;
    UPDATE lattices SET electron_id = 30 WHERE id = 2`);
  migrateTo(connection, "9f1271ef662a", { onViolation: "quarantine" });
  expect(all(connection, "SELECT id FROM lattices ORDER BY id")).toEqual([[2], [3]]);
  expect(all(connection, "SELECT id FROM electrons ORDER BY id")).toEqual([[20], [30]]);
  migrateTo(connection, HEAD);
  expect(all(connection, "SELECT id, rowid FROM lattices ORDER BY id")).toEqual([
    [1, 3],
    [2, 2],
    [3, 1],
  ]);
  expect(all(connection, "SELECT id, parent_lattice_id, rowid FROM electrons ORDER BY id")).toEqual([
    [10, 1, 7],
    [20, 2, 7],
    [30, 3, 7],
  ]);
});
