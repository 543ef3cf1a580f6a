import type { DatabaseSync } from "node:sqlite";
import { sameName } from "./names.ts";
import { parseTable, type TableText } from "./table-text.ts";

/** A table as it is in the file, which need not be as the history says. */
export interface RealTable {
  /** As the file spells it. */
  readonly name: string;
  readonly text: TableText;
  readonly columns: readonly RealColumn[];
  /** Those that a CREATE INDEX statement made; the ones of UNIQUE and PRIMARY KEY come with the table. */
  readonly indexes: readonly { readonly name: string; readonly sql: string }[];
  /** `id` is the key that rows are stored by, so ranges of it are cheap and complete. */
  readonly keyedById: boolean;
  readonly autoincrement: boolean;
}

export interface RealColumn {
  readonly name: string;
  readonly notNull: boolean;
  /** Computed from others: never written. */
  readonly generated: boolean;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
  readonly hidden: number;
}

/** Reads a table by its name in any case; `undefined` when there is none. */
export function readTable(connection: Pick<DatabaseSync, "prepare">, name: string): RealTable | undefined {
  const row = connection
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE")
    .get(name) as { name: string; sql: string } | undefined;
  if (row === undefined) return undefined;
  const text = parseTable(row.sql);
  const columns = connection
    .prepare("SELECT * FROM pragma_table_xinfo(?)")
    .all(row.name) as unknown as ColumnRow[];
  return {
    name: row.name,
    text,
    columns: columns.map((column) => ({
      name: column.name,
      notNull: column.notnull === 1,
      generated: column.hidden > 1,
    })),
    indexes: connection
      .prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL ORDER BY rowid",
      )
      .all(row.name) as { name: string; sql: string }[],
    keyedById: isKeyedById(columns, text),
    autoincrement: text.columns.some((column) => /\bautoincrement\b/i.test(column.text)),
  };
}

export function realColumn(table: RealTable, name: string): RealColumn | undefined {
  return table.columns.find((column) => sameName(column.name, name));
}

function isKeyedById(columns: readonly ColumnRow[], { options }: TableText): boolean {
  if (/without\s+rowid/i.test(options)) return false;
  const keys = columns.filter(({ pk }) => pk > 0);
  const [key] = keys;
  return keys.length === 1 && key !== undefined && sameName(key.name, "id") && /^integer$/i.test(key.type);
}
