import { type Reader, select } from "./sql.ts";

/** The schema that a database really has. Tables and columns are keyed by their names in lower case, as SQLite compares them. */
export interface ActualSchema {
  readonly tables: ReadonlyMap<string, ActualTable>;
  readonly views: readonly SchemaObject[];
  readonly triggers: readonly (SchemaObject & { readonly table: string })[];
}

export interface SchemaObject {
  readonly name: string;
}

export interface ActualTable {
  /** As it is written in the file. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, ActualColumn>;
  readonly indexes: readonly ActualIndex[];
  /** Sorted, each once: `columns -> table(columns)`. */
  readonly foreignKeys: readonly string[];
}

export interface ActualColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly primaryKey: boolean;
}

export interface ActualIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly partial: boolean;
  /** `c` made by CREATE INDEX, `u` by a UNIQUE constraint, `pk` by a primary key. */
  readonly origin: string;
  /** In lower case; an expression is `null`. */
  readonly columns: readonly (string | null)[];
}

interface ObjectRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly virtual: number;
}

/** Reads the schema, SQLite's own tables left out. */
export function readActualSchema(reader: Reader): ActualSchema {
  const objects = select<ObjectRow>(
    reader,
    `SELECT type, name, tbl_name, sql LIKE 'CREATE VIRTUAL TABLE%' AS virtual FROM sqlite_schema
      WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  );
  const of = (type: string) => objects.filter((object) => object.type === type);
  return {
    tables: new Map(of("table").map((object) => [object.name.toLowerCase(), readTable(reader, object)])),
    views: of("view").map(({ name }) => ({ name })),
    triggers: of("trigger").map(({ name, tbl_name }) => ({ name, table: tbl_name.toLowerCase() })),
  };
}

/** A virtual table can only be looked into by programs that have its module. */
function readTable(reader: Reader, { name, virtual }: ObjectRow): ActualTable {
  if (virtual === 1) return { name, columns: new Map(), indexes: [], foreignKeys: [] };
  return {
    name,
    columns: readColumns(reader, name),
    indexes: readIndexes(reader, name),
    foreignKeys: readForeignKeys(reader, name),
  };
}

function readColumns(reader: Reader, table: string): Map<string, ActualColumn> {
  const rows = select<{ name: string; type: string; notnull: number; dflt_value: string | null; pk: number }>(
    reader,
    'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?) ORDER BY cid',
    table,
  );
  return new Map(
    rows.map((row) => [
      row.name.toLowerCase(),
      {
        name: row.name,
        type: row.type,
        notNull: row.notnull === 1,
        default: row.dflt_value,
        primaryKey: row.pk > 0,
      },
    ]),
  );
}

function readIndexes(reader: Reader, table: string): ActualIndex[] {
  const rows = select<{ name: string; unique: number; origin: string; partial: number }>(
    reader,
    'SELECT name, "unique", origin, partial FROM pragma_index_list(?) ORDER BY name',
    table,
  );
  return rows.map(({ name, unique, origin, partial }) => ({
    name,
    unique: unique === 1,
    partial: partial === 1,
    origin,
    columns: select<{ name: string | null }>(
      reader,
      "SELECT name FROM pragma_index_info(?) ORDER BY seqno",
      name,
    ).map((column) => column.name?.toLowerCase() ?? null),
  }));
}

function readForeignKeys(reader: Reader, table: string): string[] {
  const rows = select<{ id: number; table: string; from: string; to: string | null }>(
    reader,
    'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq',
    table,
  );
  const keys = new Map<number, { table: string; from: string[]; to: string[] }>();
  for (const { id, table: target, from, to } of rows) {
    const key = keys.get(id) ?? { table: target.toLowerCase(), from: [], to: [] };
    key.from.push(from.toLowerCase());
    key.to.push((to ?? "id").toLowerCase());
    keys.set(id, key);
  }
  return [...new Set([...keys.values()].map((key) => foreignKeyText(key.from, key.table, key.to)))].sort();
}

export function foreignKeyText(from: readonly string[], table: string, to: readonly string[]): string {
  return `${from.join(", ")} -> ${table}(${to.join(", ")})`;
}
