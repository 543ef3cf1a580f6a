import { includesName, quote } from "../dialects/sqlite/names.ts";
import type { RealTable } from "../dialects/sqlite/real-table.ts";
import type { SqlRun } from "../dialects/sqlite/sql-run.ts";

/** Sets of rows of a table, in temporary tables: each row by its key, in a column `row`. */

export function setName(table: string): string {
  return `temp.${quote(`covalent_chosen_${table.toLowerCase()}`)}`;
}

export function openSet(run: SqlRun, table: string): void {
  run.run(`CREATE TABLE ${setName(table)} (row INTEGER PRIMARY KEY)`);
}

export function dropSet(run: SqlRun, table: string): void {
  run.run(`DROP TABLE ${setName(table)}`);
}

/** SQL: what tells a table's rows apart by a number. A user's column can be called `rowid`; then it means that, and no key. */
export function rowKey({ text, columns, keyedById }: RealTable): string {
  if (keyedById || /without\s+rowid/i.test(text.options)) return "id";
  const names = columns.map(({ name }) => name);
  return ["rowid", "_rowid_", "oid"].find((alias) => !includesName(names, alias)) ?? "rowid";
}

/** SQL: the ids of the rows of a set, which are what other tables name them by. */
export function idsOfSet(table: RealTable): string {
  const rows = `SELECT row FROM ${setName(table.name)}`;
  return table.keyedById ? rows : `SELECT id FROM ${quote(table.name)} WHERE ${rowKey(table)} IN (${rows})`;
}
