import type { DatabaseSync } from "node:sqlite";
import { closeCarried, openCarried } from "../dialects/sqlite/carried.ts";
import { quote } from "../dialects/sqlite/names.ts";
import { type RealTable, readTable, realColumn } from "../dialects/sqlite/real-table.ts";
import { type RunHooks, type SqlRun, sqlRun } from "../dialects/sqlite/sql-run.ts";
import { putBack, takeOff } from "../dialects/sqlite/user-objects.ts";
import { setAside } from "./quarantine.ts";
import type { Schema } from "./schema.ts";
import { countRows, exampleRows, type ViolatingRow } from "./violations.ts";

/**
 * Rows whose foreign key names a row that is not there. They stop nothing and stay where they are, unless a person asks for them to be
 * taken out: then they go with everything that depends on them.
 */
export interface Orphans {
  readonly table: string;
  readonly columns: readonly string[];
  /** The table that has no such row. */
  readonly parent: string;
  readonly rows: number;
  /** At most 50. */
  readonly examples: readonly ViolatingRow[];
}

type Reader = Pick<DatabaseSync, "prepare">;

interface Key {
  readonly table: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly references: readonly string[];
}

/**
 * The orphans among the rows of a schema's tables, by the foreign keys that the schema has and those that the file has. Only looks.
 *
 * @example
 * findOrphans(connection, schemaOf(HEAD)); // [{ table: "electrons", columns: ["parent_lattice_id"], parent: "lattices", rows: 1, ... }]
 */
export function findOrphans(reader: Reader, schema: Schema): Orphans[] {
  return keysOf(reader, schema).flatMap((key): Orphans[] => {
    const condition = orphanCondition(reader, key);
    const rows = condition === undefined ? 0 : countRows(reader, key.table, condition);
    if (condition === undefined || rows === 0) return [];
    const { table, columns, parent } = key;
    return [{ table, columns, parent, rows, examples: exampleRows(reader, table, condition) }];
  });
}

/**
 * Takes the orphans out of their tables, inside the transaction that the caller has begun. No trigger of a user's fires.
 *
 * @param revision which the database is at
 * @param keep false: they are deleted
 */
export function removeOrphans(
  connection: DatabaseSync,
  schema: Schema,
  { revision, keep }: { readonly revision: string; readonly keep: boolean },
  hooks: RunHooks = {},
): void {
  const run = sqlRun(connection, hooks);
  const objects = takeOff(run);
  openCarried(run);
  // What goes can leave others without parents, where users have made foreign keys of their own.
  for (let found = true; found; ) {
    found = keysOf(connection, schema)
      .map((key) => removeByKey(run, key, revision, keep))
      .some(Boolean);
  }
  closeCarried(run);
  putBack(run, objects);
}

function removeByKey(run: SqlRun, key: Key, revision: string, keep: boolean): boolean {
  const condition = orphanCondition(run.connection, key);
  if (condition === undefined || countRows(run.connection, key.table, condition) === 0) return false;
  const { table, columns, parent } = key;
  const names = columns.map((column) => `${table}.${column}`).join(" and ");
  setAside(run, {
    table,
    condition,
    constraint: `foreign-key ${table} (${columns.join(", ")})`,
    revision,
    reason: `${names} refers to a row of ${parent} that is not there`,
    keep,
  });
  return true;
}

function keysOf(reader: Reader, schema: Schema): Key[] {
  const keys = [...schema.values()].flatMap(({ name: table, constraints }): Key[] => {
    const expected = constraints.flatMap((one): Key[] =>
      one.kind === "foreign-key"
        ? [{ table, columns: one.columns, parent: one.table, references: one.references }]
        : [],
    );
    const real = readTable(reader, table);
    return real === undefined ? [] : [...expected, ...keysInFile(reader, real)];
  });
  // The original's own tables have some keys twice.
  return [...new Map(keys.map((key) => [JSON.stringify(key).toLowerCase(), key])).values()];
}

function keysInFile(reader: Reader, { name }: RealTable): Key[] {
  const rows = reader
    .prepare(
      'SELECT id, "table", "from", coalesce("to", \'id\') AS "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq',
    )
    .all(name);
  const keys = Map.groupBy(rows, ({ id }) => id);
  return [...keys.values()].map((columns) => ({
    table: name.toLowerCase(),
    columns: columns.map(({ from }) => String(from)),
    parent: String(columns[0]?.table),
    references: columns.map(({ to }) => String(to)),
  }));
}

/** SQL that is true for the orphans; `undefined` where nobody can tell, because a table or a column is not there. */
function orphanCondition(reader: Reader, { table, columns, parent, references }: Key): string | undefined {
  const [child, of] = [readTable(reader, table), readTable(reader, parent)];
  if (child === undefined || of === undefined) return undefined;
  if (!columns.every((column) => realColumn(child, column) !== undefined)) return undefined;
  if (!references.every((column) => realColumn(of, column) !== undefined)) return undefined;
  const names = columns.map((column) => `${quote(table)}.${quote(column)}`);
  const matches = names.map((name, index) => `parent.${quote(references[index] ?? "id")} = ${name}`);
  const isSet = names.map((name) => `${name} IS NOT NULL`).join(" AND ");
  return `${isSet} AND NOT EXISTS (SELECT 1 FROM ${quote(of.name)} AS parent WHERE ${matches.join(" AND ")})`;
}
