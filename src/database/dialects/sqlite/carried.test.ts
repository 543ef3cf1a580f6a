import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { HEAD } from "../../migration/history.ts";
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

  it("are never given to a row that got the id between two migrations, nor made assets of it", () => {
    const connection = withDispatches(1);
    connection.exec(`INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, key_filename, is_active, created_at, updated_at)
      VALUES (1, 1, 0, 'function', 'a', 'COMPLETED', 'old.key', 1, '2022-01-01 00:00:00.000001', ''), (2, 1, 1, 'function', 'a', 'COMPLETED', 'kept.key', 1, '2022-01-01', '')`);
    migrateTo(connection, "7e9fb153ecfb");
    connection.exec(`UPDATE lattices SET dispatch_id = 'new', root_dispatch_id = 'new';
      UPDATE electrons SET name = 'b', created_at = '2026-01-01' WHERE id = 1; DELETE FROM lattices`);
    const assets = "SELECT object_key AS file FROM assets ORDER BY 1";
    migrateTo(connection, HEAD);
    // The second electron is the same as before, though its dispatch is gone.
    expect(connection.prepare(assets).all()).toEqual([{ file: "kept.key" }]);
    expect(carriedTable(connection)).toBeUndefined();
  });

  it("of which nobody knows whose they are go to the row with their id", () => {
    const connection = withDispatches(1);
    migrateTo(connection, "7e9fb153ecfb");
    connection.exec("ALTER TABLE _covalent_carried DROP COLUMN owner");
    migrateTo(connection, FIRST);
    expect(executorOf(connection)).toEqual({ dispatch_id: "old", executor: "old.pkl" });
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
