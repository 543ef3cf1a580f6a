import { quote } from "../dialects/sqlite/names.ts";
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

/** What a row of a table is told by. */
export function rowKey({ text }: Pick<RealTable, "text">): string {
  return /without\s+rowid/i.test(text.options) ? "id" : "rowid";
}

/** SQL: the ids of the rows of a set, which are what other tables name them by. */
export function idsOfSet(table: RealTable): string {
  const rows = `SELECT row FROM ${setName(table.name)}`;
  return table.keyedById ? rows : `SELECT id FROM ${quote(table.name)} WHERE ${rowKey(table)} IN (${rows})`;
}
