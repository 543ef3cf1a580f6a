import type { DatabaseSync } from "node:sqlite";
import { columnDefinition, createIndex, createTable } from "../dialects/sqlite/ddl.ts";
import { quote } from "../dialects/sqlite/names.ts";
import { HISTORY } from "../migration/history.ts";
import { memoryDatabase, migrateTo } from "../migration/migrate.test-support.ts";
import type { AlterTable, Operation } from "../migration/operations.ts";
import { applyToSchema, type Schema, schemaAfter, tableOf } from "../migration/schema.ts";

/** The states in which the original leaves a database, made from the history: it commits each statement up to the first that moves data. */
export interface HalfWay {
  readonly from: string;
  readonly to: string;
  /** What has been committed when it stops. */
  readonly statements: readonly string[];
}

/** The original's revisions; it never had 9f1271ef662a. */
export const ORIGINAL = HISTORY.filter(({ own, id }) => !own && id !== "9f1271ef662a").map(({ id }) => id);

/** Every point at which an upgrade of a database with rows can stop. */
export function halfWayUpgrades(): HalfWay[] {
  return ORIGINAL.slice(1).flatMap((to, index) => {
    const from = ORIGINAL[index] ?? "";
    const all = leadingStatements(to, schemaAt(from));
    return all.map((_, count) => ({ from, to, statements: all.slice(0, count + 1) }));
  });
}

/** 9b9d58f02985 as releases before 0.202 had it: each column added and dropped for itself. */
export function halfWayByColumns(): HalfWay[] {
  const [from, to] = ["b60c5ecdf927", "9b9d58f02985"];
  const operations = HISTORY.find(({ id }) => id === to)?.upgrade ?? [];
  const all = operations.flatMap((operation) =>
    operation.kind === "alter-table" ? [...addColumns(operation), ...dropColumns(operation)] : [],
  );
  return all.map((_, count) => ({ from, to, statements: all.slice(0, count + 1) }));
}

/** Downgrades whose statements are committed one by one. */
export function halfWayDowngrades(): HalfWay[] {
  const v12 = HISTORY.find(({ id }) => id === "26d71848a404")?.upgrade ?? [];
  const columns = v12.flatMap((operation) =>
    operation.kind === "alter-table"
      ? (operation.addColumns ?? []).map(
          ({ name }) => `ALTER TABLE ${quote(operation.table)} DROP COLUMN ${quote(name)}`,
        )
      : [],
  );
  const states = ["DROP TABLE workflowstate", "DROP TABLE taskgroupstate"];
  return [
    ...columns.map((_, count) => ({
      from: "26d71848a404",
      to: "9b9d58f02985",
      statements: columns.slice(0, count + 1),
    })),
    ...states.map((_, count) => ({
      from: "7e9fb153ecfb",
      to: "7b40a55c0752",
      statements: states.slice(0, count + 1),
    })),
  ];
}

function schemaAt(revision: string): Schema {
  return schemaAfter(HISTORY.slice(0, HISTORY.findIndex(({ id }) => id === revision) + 1));
}

function leadingStatements(to: string, before: Schema): string[] {
  const statements: string[] = [];
  let schema = before;
  for (const operation of HISTORY.find(({ id }) => id === to)?.upgrade ?? []) {
    if (operation.kind === "create-table") statements.push(createTable(operation.table));
    if (operation.kind === "create-index") statements.push(createIndex(operation.table, operation.index));
    if (operation.kind === "alter-table") {
      if (to === "26d71848a404") return addColumns(operation);
      return [...statements, temporaryTable(schema, operation)];
    }
    schema = applyToSchema(schema, operation);
  }
  return statements;
}

/** What Alembic copies a table into. */
function temporaryTable(schema: Schema, operation: AlterTable): string {
  const after = tableOf(applyToSchema(schema, operation), operation.table);
  return createTable({ ...after, name: `_alembic_tmp_${after.name}` });
}

function addColumns({
  table,
  addColumns: added = [],
}: Extract<Operation, { kind: "alter-table" }>): string[] {
  return added.map((column) => `ALTER TABLE ${quote(table)} ADD COLUMN ${columnDefinition(column)}`);
}

function dropColumns({ table, dropColumns: dropped = [] }: AlterTable): string[] {
  return dropped.map((name) => `ALTER TABLE ${quote(table)} DROP COLUMN ${quote(name)}`);
}

const made = new Map<string, Uint8Array>();

/** A database at a revision with two dispatches, one the sublattice of the other's electron, and an edge. */
export function populatedAt(revision: string): DatabaseSync {
  const connection = memoryDatabase();
  const bytes = made.get(revision);
  if (bytes !== undefined) connection.deserialize(bytes);
  else {
    populate(connection);
    migrateTo(connection, revision);
    made.set(revision, connection.serialize());
  }
  return connection;
}

function populate(connection: DatabaseSync): void {
  migrateTo(connection, "b60c5ecdf927");
  connection.exec(`INSERT INTO lattices (id, dispatch_id, electron_id, name, status, electron_num, completed_electron_num, is_active, function_filename)
      VALUES (1, 'root', NULL, 'outer', 'COMPLETED', 2, 2, 1, 'function.pkl'), (2, 'part', 1, 'inner', 'RUNNING', 1, 0, 1, 'function.pkl');
    INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, info_filename, executor_filename, is_active)
      VALUES (1, 1, 0, 'sublattice', 'inner', 'COMPLETED', 'info.log', 'executor.pkl', 1), (2, 1, 1, 'function', 'task', 'COMPLETED', 'info.log', 'executor.pkl', 1),
        (3, 2, 0, 'function', 'task', 'RUNNING', NULL, NULL, 1);
    INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, is_active) VALUES (1, 2, 1, 'x', 1)`);
}

export type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Every row of the tables that hold users' work, as text. */
export function rowsOf(connection: DatabaseSync): Rows {
  const tables = ["lattices", "electrons", "electron_dependency", "jobs", "assets"];
  const present = tables.filter(
    (table) =>
      connection.prepare("SELECT 1 FROM sqlite_schema WHERE lower(name) = ?").get(table) !== undefined,
  );
  return Object.fromEntries(
    present
      .map((table) => [table, connection.prepare(`SELECT * FROM ${table} ORDER BY id`).all()] as const)
      .filter(([, rows]) => rows.length > 0),
  );
}
