import type { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { HEAD } from "./history.ts";
import { expectKept, valuesOf } from "./kept-values.test-support.ts";
import { memoryDatabase, migrateTo } from "./migrate.test-support.ts";

/** Ids at both ends of what SQLite can store: numbers for new rows are found all the same. */

const LAST = "9223372036854775807";
const FIRST = "-9223372036854775808";

function withElectrons(revision: string, ids: readonly string[]): DatabaseSync {
  const connection = memoryDatabase();
  migrateTo(connection, "b60c5ecdf927");
  for (const id of ids) {
    connection.exec(`INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active, results_filename, transport_graph_filename)
        VALUES (${id}, 'd${id}', 'a', 'COMPLETED', 1, 1, 1, 'result.pkl', 'graph.pkl');
      INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, is_active, results_filename, info_filename, deps_filename)
        VALUES (${id}, ${id}, 0, 'function', 'task', 'COMPLETED', 1, 'r${id}.pkl', 'i${id}.log', 'deps.pkl')`);
  }
  migrateTo(connection, revision);
  return connection;
}

it.each([[[LAST]], [[FIRST]], [[FIRST, "-1", "0", "7", LAST]], [["9223372036854775806", LAST]]])(
  "electrons and lattices with the ids %j reach head and come back",
  (ids) => {
    const connection = withElectrons("b60c5ecdf927", ids);
    const before = valuesOf(connection);
    migrateTo(connection, HEAD);
    expectKept(before, connection);
    const files = connection.prepare(
      "SELECT count(*) AS files FROM electron_assets AS l JOIN electrons AS e ON e.id = l.meta_id JOIN assets AS a ON a.id = l.asset_id WHERE l.key = 'output' AND a.object_key = 'r' || e.id || '.pkl'",
    );
    expect(files.get()).toEqual({ files: ids.length });
    migrateTo(connection, "b60c5ecdf927");
    expect(valuesOf(connection)).toEqual(before);
  },
);

it.each([LAST, "4611686018427387904"])(
  "an asset with the id %s, and a link to one that is gone, leave their ids alone",
  (id) => {
    const connection = withElectrons("7e9fb153ecfb", ["1", "2"]);
    connection.exec(`INSERT INTO assets (id, storage_type, storage_path, object_key) VALUES (${id}, 'file', '', 'mine');
      INSERT INTO electron_assets (id, meta_id, asset_id, key) VALUES (${LAST}, 1, ${id}, 'mine'), (900, 1, 9223372036854775806, 'gone'), (901, 1, 'text', 'odd');
      UPDATE electrons SET hooks_filename = 'hooks.pkl'`);
    const before = valuesOf(connection);
    migrateTo(connection, HEAD);
    expectKept(before, connection);
    const gone = connection.prepare("SELECT 1 FROM assets WHERE id = 9223372036854775806").get();
    expect(gone).toBeUndefined();
    const hooks = connection.prepare("SELECT asset_id AS id FROM electron_assets WHERE key = 'hooks'").all();
    expect(new Set(hooks.map((row) => row.id)).size).toBe(2);
  },
);
