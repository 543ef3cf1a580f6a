import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { memoryDatabase, migrateTo } from "../../migration/migrate.test-support.ts";

const FIRST = "b60c5ecdf927";

/** Dispatches with the name of a file that has no place between the first revision and ours. */
function withDispatches(count: number): DatabaseSync {
  const connection = memoryDatabase();
  migrateTo(connection, FIRST);
  for (let id = 1; id <= count; id++) {
    connection.exec(`INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active, executor_filename)
      VALUES (${id}, 'old', 'a', 'COMPLETED', 0, 0, 1, 'old.pkl')`);
  }
  return connection;
}

function addDispatch(connection: DatabaseSync): void {
  connection.exec(`INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active)
    VALUES (1, 'new', 'b', 'COMPLETED', 0, 0, 1)`);
}

const executorOf = (connection: DatabaseSync) =>
  connection.prepare("SELECT dispatch_id, executor_filename AS executor FROM lattices").get();

const carriedTable = (connection: DatabaseSync) =>
  connection.prepare("SELECT name FROM sqlite_schema WHERE name = '_covalent_carried'").get();

describe("values that wait for their column", () => {
  it("come back to their row", () => {
    const connection = withDispatches(1);
    migrateTo(connection, "7e9fb153ecfb");
    expect(carriedTable(connection)).toBeDefined();
    migrateTo(connection, FIRST);
    expect(executorOf(connection)).toEqual({ dispatch_id: "old", executor: "old.pkl" });
  });

  it("are never given to a new row that got the id of one that is gone", () => {
    const connection = withDispatches(1);
    migrateTo(connection, "7e9fb153ecfb");
    connection.exec("DELETE FROM lattices");
    migrateTo(connection, "7b40a55c0752");
    addDispatch(connection);
    migrateTo(connection, FIRST);
    expect(executorOf(connection)).toEqual({ dispatch_id: "new", executor: null });
  });

  it("go into quarantine with their row, come back with it, and go with those that are deleted", () => {
    const aside = (onViolation: "quarantine" | "delete") => {
      const connection = withDispatches(2);
      migrateTo(connection, "1142d81b29b8", { onViolation });
      return connection;
    };
    const carried = "SELECT row_id AS id FROM _covalent_carried";
    const quarantined = aside("quarantine");
    expect(quarantined.prepare(carried).all()).toEqual([{ id: 1 }]);
    const kept = "SELECT id, executor_filename AS executor FROM _covalent_quarantine_lattices";
    expect(quarantined.prepare(kept).all()).toEqual([{ id: 2, executor: "old.pkl" }]);
    migrateTo(quarantined, FIRST);
    expect(quarantined.prepare("SELECT id, executor_filename AS executor FROM lattices").all()).toEqual([
      { id: 1, executor: "old.pkl" },
      { id: 2, executor: "old.pkl" },
    ]);
    expect(aside("delete").prepare(carried).all()).toEqual([{ id: 1 }]);
  });

  it("are never given to a new row that got the id of one in quarantine", () => {
    const connection = withDispatches(2);
    migrateTo(connection, "1142d81b29b8", { onViolation: "quarantine" });
    connection.exec(`INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active)
      VALUES (2, 'new', 'b', 'COMPLETED', 0, 0, 1)`);
    migrateTo(connection, FIRST);
    expect(
      connection.prepare("SELECT dispatch_id, executor_filename AS executor FROM lattices").all(),
    ).toEqual([
      { dispatch_id: "old", executor: "old.pkl" },
      { dispatch_id: "new", executor: null },
    ]);
    const kept = "SELECT id, executor_filename AS executor FROM _covalent_quarantine_lattices";
    expect(connection.prepare(kept).all()).toEqual([{ id: 2, executor: "old.pkl" }]);
  });

  it("go with their table: nothing is carried past the beginning of the history", () => {
    const connection = withDispatches(1);
    migrateTo(connection, "7e9fb153ecfb");
    migrateTo(connection, null);
    expect(carriedTable(connection)).toBeUndefined();
    migrateTo(connection, "7e9fb153ecfb");
    addDispatch(connection);
    migrateTo(connection, FIRST);
    expect(executorOf(connection)).toEqual({ dispatch_id: "new", executor: null });
  });
});
