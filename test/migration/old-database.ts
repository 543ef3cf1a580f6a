import { DatabaseSync } from "node:sqlite";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { quiet, requestFor } from "./quiet.ts";

/** Databases as users have them, made for a test: at any of the original's revisions, with rows in every table. */

export const OLDEST = "b60c5ecdf927";

export interface Populated {
  readonly revision?: string;
  readonly dispatches?: number;
  readonly electronsEach?: number;
  readonly journal?: "wal" | "delete";
}

/**
 * Makes a database with dispatches, sublattices among them, whose electrons have all their files and some values that nobody would
 * expect: text in a number, a number beyond 2^53, bytes that are no UTF-8.
 */
export async function makeOldDatabase(
  path: string,
  { revision = OLDEST, dispatches = 6, electronsEach = 10, journal = "delete" }: Populated = {},
): Promise<void> {
  await runMigration(requestFor(path, { to: OLDEST }), quiet());
  fill(path, dispatches, electronsEach);
  if (revision !== OLDEST) await runMigration(requestFor(path, { to: revision, backup: false }), quiet());
  const connection = new DatabaseSync(path);
  connection.exec(`PRAGMA journal_mode = ${journal}`);
  connection.close();
}

/** Rows that a migration makes itself: their ids, and when they were made, depend on how many tries it took. */
const MADE = new Set(["covalent_schema", "assets", "electron_assets", "lattice_assets"]);

/** Every value of every table, with its type, to the byte; of assets what they say and whose they are. */
export function allValues(path: string): Record<string, string[]> {
  const connection = new DatabaseSync(path, { readOnly: true, enableDoubleQuotedStringLiterals: true });
  try {
    const tables = connection
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all()
      .map(({ name }) => String(name));
    const values = tables
      .filter((table) => !MADE.has(table))
      .map((table) => [table, rowsOf(connection, table)]);
    return { ...Object.fromEntries(values), ...(tables.includes("assets") ? assetsIn(connection) : {}) };
  } finally {
    connection.close();
  }
}

function assetsIn(connection: DatabaseSync): Record<string, string[]> {
  return Object.fromEntries(
    ["electron_assets", "lattice_assets"].map((links) => [
      links,
      textRows(
        connection,
        `SELECT concat_ws(' ', meta_id, key, storage_type, storage_path, object_key, digest, size) AS row
         FROM ${links} AS links JOIN assets ON assets.id = links.asset_id ORDER BY row`,
      ),
    ]),
  );
}

function rowsOf(connection: DatabaseSync, table: string): string[] {
  const columns = connection.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  const values = columns.map(({ name }) => `'${name}=' || typeof("${name}") || ':' || hex("${name}")`);
  return textRows(connection, `SELECT ${values.join(" || ' ' || ")} AS row FROM "${table}" ORDER BY row`);
}

function textRows(connection: DatabaseSync, sql: string): string[] {
  return connection
    .prepare(sql)
    .all()
    .map(({ row }) => String(row));
}

const NODE_FILES = `function_filename, function_string_filename, executor_filename, results_filename, value_filename, key_filename,
  stdout_filename, deps_filename, call_before_filename, call_after_filename, stderr_filename, info_filename`;
const RUN_FILES = `function_filename, function_string_filename, executor_filename, error_filename, inputs_filename,
  results_filename, transport_graph_filename`;

function fill(path: string, dispatches: number, electronsEach: number): void {
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  const electrons = dispatches * electronsEach;
  connection.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${dispatches})
    INSERT INTO lattices (id, dispatch_id, electron_id, name, status, electron_num, completed_electron_num, storage_type,
      storage_path, ${RUN_FILES}, is_active, created_at, updated_at, started_at, completed_at)
    SELECT i, 'dispatch-' || i, CASE WHEN i % 3 = 0 THEN i * 2 END, 'run ' || i, 'COMPLETED', ${electronsEach}, ${electronsEach}, 'local',
      '/data/' || i, ${filesOf(RUN_FILES)}, 1, '2022-07-20 10:00:00.000000', '2022-07-20 10:00:01', NULL, NULL FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${electrons})
    INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, storage_type, storage_path,
      ${NODE_FILES}, attribute_name, is_active, created_at, updated_at)
    SELECT i, (i - 1) / ${electronsEach} + 1, (i - 1) % ${electronsEach}, 'function', 'task ' || i, 'COMPLETED', 'local', '/data/' || i,
      ${filesOf(NODE_FILES)}, CASE WHEN i % 7 = 0 THEN 'attribute' END, 1, '2022-07-20 10:00:00', '2022-07-20 10:00:00' FROM n;
    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${electrons})
    INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, parameter_type, arg_index, is_active, created_at, updated_at)
    SELECT i, i, i - 1, 'x', 'arg', 0, 1, '2022-07-20 10:00:00', NULL FROM n WHERE (i - 1) % ${electronsEach} > 0;
    UPDATE lattices SET name = CAST(x'ff00fe' AS TEXT), electron_num = 'many', completed_electron_num = 9007199254740993 WHERE id = 1;
    UPDATE electrons SET created_at = 'yesterday', name = x'00ff' WHERE id = 2`);
  connection.close();
}

function filesOf(columns: string): string {
  return columns
    .split(",")
    .map((column) => `'${column.trim().replace("_filename", "")}.pkl'`)
    .join(", ");
}
