import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { sqlRun } from "../dialects/sqlite/sql-run.ts";
import { HEAD } from "./history.ts";
import { expectKept, valuesOf } from "./kept-values.test-support.ts";
import { memoryDatabase, migrateTo, revisionOf } from "./migrate.test-support.ts";
import { planMigration } from "./plan.ts";
import { restoreQuarantined } from "./restore-quarantined.ts";
import { findViolations } from "./violations.ts";

/** Two dispatches of their own (electron_id is NULL) and a sublattice of the second. */
function oldDatabase(revision = "9b9d58f02985"): DatabaseSync {
  const connection = memoryDatabase();
  migrateTo(connection, revision);
  connection.exec(`INSERT INTO lattices (id, dispatch_id, electron_id, name, status, electron_num, completed_electron_num, is_active)
    VALUES (1, 'first', NULL, 'a', 'COMPLETED', 1, 1, 1), (2, 'second', NULL, 'b', 'COMPLETED', 2, 2, 1), (3, 'part', 12, 'c', 'COMPLETED', 1, 1, 1)`);
  const jobs =
    connection.prepare("SELECT 1 FROM pragma_table_info('electrons') WHERE name = 'job_id'").get() !==
    undefined;
  if (jobs)
    connection.exec(
      "INSERT INTO jobs (id, cancel_requested, job_handle, status) VALUES (1, 0, 'null', 'COMPLETED')",
    );
  const [names, values] = jobs ? [", job_id, task_group_id", ", 1, 0"] : ["", ""];
  for (const [id, lattice] of [
    [10, 1],
    [11, 2],
    [12, 2],
    [13, 3],
  ]) {
    connection.exec(`INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, is_active${names})
      VALUES (${id}, ${lattice}, ${id}, 'function', 'task', 'COMPLETED', 1${values})`);
  }
  connection.exec(
    `INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, is_active) VALUES (5, 12, 11, 'x', 1)`,
  );
  return connection;
}

function count(connection: DatabaseSync, table: string): number {
  return Number(connection.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows);
}

describe("rows that a revision does not allow", () => {
  it("stop nothing when the plan goes past the revision", () => {
    const connection = oldDatabase();
    const before = valuesOf(connection);
    const plan = planMigration({ revision: "9b9d58f02985", to: HEAD });
    expect(findViolations(connection, plan)).toMatchObject([
      { rows: 2, blocking: false, liftedBy: "26d71848a404" },
    ]);
    migrateTo(connection, HEAD);
    expectKept(before, connection);
  });

  it("are found with their dispatches, and refused where the plan ends, changing nothing", () => {
    const connection = oldDatabase();
    const before = valuesOf(connection);
    expect(
      findViolations(connection, planMigration({ revision: "9b9d58f02985", to: "9f1271ef662a" })),
    ).toEqual([
      {
        revision: "9f1271ef662a",
        message: "v11+ updates",
        table: "lattices",
        kind: "not-null",
        columns: ["electron_id"],
        rows: 2,
        examples: [
          { id: 1, dispatchId: "first" },
          { id: 2, dispatchId: "second" },
        ],
        liftedBy: "26d71848a404",
        blocking: true,
      },
    ]);
    expect(() => migrateTo(connection, "9f1271ef662a")).toThrow(
      /lattices.electron_id NOT NULL.*2 row.*first.*second/,
    );
    expect(revisionOf(connection)).toBe("9b9d58f02985");
    expect(valuesOf(connection)).toEqual(before);
  });

  it("are set aside with all that depends on them, and come back when a revision permits them", () => {
    const connection = oldDatabase();
    const before = valuesOf(connection);
    migrateTo(connection, "9f1271ef662a", { onViolation: "quarantine" });
    expect(["lattices", "electrons", "electron_dependency"].map((table) => count(connection, table))).toEqual(
      [0, 0, 0],
    );
    expect(
      connection.prepare("SELECT id, _reason FROM _covalent_quarantine_lattices ORDER BY id").all(),
    ).toMatchObject([
      { id: 1, _reason: "revision 9f1271ef662a makes lattices.electron_id NOT NULL" },
      { id: 2 },
      { id: 3, _reason: expect.stringContaining("belongs to a row of lattices that was set aside") },
    ]);
    expectKept(before, connection);
    migrateTo(connection, "26d71848a404");
    expect(valuesOf(connection)).toEqual(before);
    expect(
      connection.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '\\_cov%' ESCAPE '\\'").all(),
    ).toEqual([]);
  });

  it("come back too when the revision is undone", () => {
    const connection = oldDatabase();
    const before = valuesOf(connection);
    migrateTo(connection, "9f1271ef662a", { onViolation: "quarantine" });
    migrateTo(connection, "9b9d58f02985");
    expect(valuesOf(connection)).toEqual(before);
  });

  it("are deleted only when that is asked for", () => {
    const connection = oldDatabase();
    migrateTo(connection, "9f1271ef662a", { onViolation: "delete" });
    expect(["lattices", "electrons", "electron_dependency"].map((table) => count(connection, table))).toEqual(
      [0, 0, 0],
    );
    expect(
      connection.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '\\_cov%' ESCAPE '\\'").all(),
    ).toEqual([]);
  });

  it("stay aside, one of each kept, where nothing ever permits doubled values, until they are asked for", () => {
    const connection = oldDatabase("7b40a55c0752");
    connection.exec("UPDATE lattices SET electron_id = 12 WHERE id = 1");
    const before = valuesOf(connection);
    expect(findViolations(connection, planMigration({ revision: "7b40a55c0752", to: HEAD }))).toMatchObject([
      {
        kind: "unique",
        columns: ["electron_id"],
        rows: 1,
        examples: [{ id: 3 }],
        liftedBy: null,
        blocking: true,
      },
    ]);
    migrateTo(connection, HEAD, { onViolation: "quarantine" });
    expectKept(before, connection);
    expect(count(connection, "lattices")).toBe(2);
    connection.exec("UPDATE lattices SET electron_id = NULL WHERE id = 1; BEGIN");
    expect(restoreQuarantined(sqlRun(connection, {}))).toEqual({ electrons: 1, lattices: 1 });
    connection.exec("COMMIT");
    expectKept(new Map([...before].filter(([place]) => place !== "lattices 1.electron_id")), connection);
  });

  it("include NULLs that a file holds in columns which never allowed them", () => {
    const connection = oldDatabase("97202f5f47cb");
    connection.exec(`PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, '"executor" TEXT', '"executor" TEXT NOT NULL') WHERE name = 'electrons';
      PRAGMA writable_schema = RESET`);
    expect(findViolations(connection, planMigration({ revision: "97202f5f47cb", to: HEAD }))).toMatchObject([
      {
        table: "electrons",
        kind: "not-null",
        columns: ["executor"],
        existing: true,
        rows: 4,
        blocking: true,
      },
    ]);
    expect(() => migrateTo(connection, HEAD)).toThrow(
      "makes electrons anew, where electrons.executor is NOT NULL already",
    );
  });
});
