import type { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, it } from "vitest";
import { kyselyOn } from "../dialects/sqlite/kysely.ts";
import { HEAD } from "../migration/history.ts";
import { memoryDatabase, migrateTo } from "../migration/migrate.test-support.ts";
import { createIds, type Ids } from "./ids.ts";

let connection: DatabaseSync;
beforeEach(() => {
  connection = memoryDatabase();
  migrateTo(connection, "9b9d58f02985");
  connection.exec(`INSERT INTO lattices (id, dispatch_id, electron_id, name, status, electron_num, completed_electron_num, is_active)
      VALUES (4, 'kept', 90, 'a', 'COMPLETED', 1, 1, 1), (5, 'old', NULL, 'b', 'COMPLETED', 1, 1, 1);
    INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, is_active)
      VALUES (7, 5, 0, 'function', 'task', 'COMPLETED', 1)`);
});

const ids = (): Promise<Ids> => createIds(kyselyOn(connection));

it("a new row continues behind those that are there", async () => {
  migrateTo(connection, HEAD);
  connection.exec("UPDATE lattices SET electron_id = 7 WHERE id = 4");
  const { reserve } = await ids();
  expect([
    reserve("lattices", 3),
    reserve("lattices", 1),
    reserve("electrons", 1),
    reserve("jobs", 1),
  ]).toEqual([6, 9, 8, 8]);
});

it("a new row never gets an id that others name, though its row was deleted", async () => {
  migrateTo(connection, HEAD);
  connection.exec("PRAGMA foreign_keys = OFF; DELETE FROM lattices WHERE id = 5; DELETE FROM jobs");
  const { reserve } = await ids();
  expect([reserve("lattices", 1), reserve("electrons", 1), reserve("jobs", 1)]).toEqual([6, 91, 8]);
});

it("a new row never gets the id of one that is kept aside", async () => {
  migrateTo(connection, "9f1271ef662a", { onViolation: "quarantine" });
  connection.exec(
    "UPDATE _covalent_quarantine_lattices SET _constraint = 'another'; UPDATE _covalent_quarantine_electrons SET _constraint = 'another'",
  );
  migrateTo(connection, HEAD);
  const { reserve } = await ids();
  expect([reserve("lattices", 1), reserve("electrons", 1)]).toEqual([6, 91]);
});

it("ids at the end of what SQLite can store are passed over", async () => {
  connection.exec("UPDATE electrons SET id = 9223372036854775807");
  migrateTo(connection, HEAD);
  const { reserve } = await ids();
  expect([reserve("electrons", 1), reserve("jobs", 1)]).toEqual([91, 1]);
});
