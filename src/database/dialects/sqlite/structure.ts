import type { DatabaseSync } from "node:sqlite";

/**
 * The structure of a database as SQLite itself reports it, in a form that can be compared: no schema text (quoting differs
 * between ways to the same table) and no order of indexes and foreign keys.
 */
export type Structure = Readonly<Record<string, TableStructure>>;

export interface TableStructure {
  /** In order: `name type [NOT NULL] [DEFAULT x] [PK n]`. */
  readonly columns: readonly string[];
  /** Sorted: `[UNIQUE] name(columns)`. */
  readonly indexes: readonly string[];
  /** Sorted: `columns -> table(columns)`. */
  readonly foreignKeys: readonly string[];
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

interface ForeignKeyRow {
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/** Reads the structure of all tables but SQLite's own. */
export function readStructure(connection: DatabaseSync): Structure {
  const tables = all<{ name: string }>(
    connection,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  );
  return Object.fromEntries(tables.map(({ name }) => [name, readTable(connection, name)]));
}

/** One column as it appears in a {@link TableStructure}. */
export function describeColumn(row: ColumnRow): string {
  const parts = [row.name, row.type];
  if (row.notnull === 1) parts.push("NOT NULL");
  if (row.dflt_value !== null) parts.push(`DEFAULT ${row.dflt_value}`);
  if (row.pk > 0) parts.push(`PK ${row.pk}`);
  return parts.join(" ");
}

function readTable(connection: DatabaseSync, table: string): TableStructure {
  const columns = all<ColumnRow>(connection, "SELECT * FROM pragma_table_info(?) ORDER BY cid", table);
  const indexes = all<{ name: string; unique: number }>(
    connection,
    "SELECT * FROM pragma_index_list(?)",
    table,
  );
  const foreignKeys = all<ForeignKeyRow>(connection, "SELECT * FROM pragma_foreign_key_list(?)", table);
  return {
    columns: columns.map(describeColumn),
    indexes: indexes
      .map(({ name, unique }) => describeIndex(name, unique, columnsOf(connection, name)))
      .sort(),
    foreignKeys: foreignKeys.map(describeForeignKey).sort(),
  };
}

export function describeIndex(name: string, unique: number, columns: readonly string[]): string {
  return `${unique === 1 ? "UNIQUE " : ""}${name}(${columns.join(", ")})`;
}

export function describeForeignKey(row: ForeignKeyRow): string {
  return `${row.from} -> ${row.table}(${row.to})`;
}

function columnsOf(connection: DatabaseSync, index: string): string[] {
  const info = "SELECT name FROM pragma_index_info(?) ORDER BY seqno";
  return all<{ name: string | null }>(connection, info, index).map(({ name }) => name ?? "an expression");
}

function all<Row>(connection: DatabaseSync, sql: string, ...parameters: readonly string[]): Row[] {
  return connection.prepare(sql).all(...parameters) as Row[];
}
