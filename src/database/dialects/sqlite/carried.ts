import type { AlterTable } from "../../migration/operations.ts";
import { literal, quote, sameName } from "./names.ts";
import { type RealTable, readTable, realColumn } from "./real-table.ts";
import type { IdRange, SqlRun } from "./sql-run.ts";

/**
 * Values that a revision drops and that a later one, or a downgrade, has a place for. They wait in `_covalent_carried`, one row
 * each, and leave it when the column is added again. The table is there during a migration and, unless it is empty, afterwards.
 *
 * Afterwards other programs delete rows and give their ids to new ones. So at the end of a migration each value is told whose it is,
 * and the next one forgets those whose row is another by then.
 */
export const CARRIED = "_covalent_carried";

/** What the name of a table of rows that were set aside begins with. */
export const QUARANTINE = "_covalent_quarantine_";

export function openCarried(run: SqlRun): void {
  // Ordered so that the values of one column lie together in the order of the rows they came from.
  run.run(`CREATE TABLE IF NOT EXISTS ${CARRIED} (
	table_name TEXT NOT NULL,
	row_id INTEGER NOT NULL,
	column_name TEXT NOT NULL,
	value,
	owner TEXT,
	PRIMARY KEY (table_name, column_name, row_id)
) WITHOUT ROWID`);
  const table = readTable(run.connection, CARRIED);
  // As an earlier version of this program left it: whose the values are is not known.
  if (table !== undefined && realColumn(table, "owner") === undefined)
    run.run(`ALTER TABLE ${CARRIED} ADD COLUMN owner TEXT`);
}

/**
 * Forgets the values of rows that are gone for good: a new row can get their id, and must not get their values. Rows in quarantine
 * have theirs with them.
 */
export function forgetOwnerless(run: SqlRun): void {
  for (const { name } of run.all<{ name: string }>(`SELECT DISTINCT table_name AS name FROM ${CARRIED}`)) {
    const owner = readTable(run.connection, name);
    if (owner !== undefined && realColumn(owner, "id") === undefined) continue;
    const gone =
      owner === undefined
        ? ""
        : ` AND row_id NOT IN (SELECT id FROM ${quote(owner.name)} WHERE id IS NOT NULL)`;
    run.run(`DELETE FROM ${CARRIED} WHERE table_name = ${literal(name)}${gone}`);
    const identity = owner === undefined ? undefined : identityOf(owner);
    if (owner === undefined || identity === undefined) continue;
    // An electron may have lost its dispatch since, or got it back: what was known of it then agrees with what is known now.
    const same = `SELECT 1 FROM ${quote(owner.name)} AS own WHERE own.id = row_id AND (instr(owner, ${identity}) = 1 OR instr(${identity}, owner) = 1)`;
    run.run(
      `DELETE FROM ${CARRIED} WHERE table_name = ${literal(name)} AND owner IS NOT NULL AND NOT EXISTS (${same})`,
    );
  }
}

/** Writes down whose the values are that stay. */
export function recordOwners(run: SqlRun): void {
  const unowned = run.all<{ name: string }>(
    `SELECT DISTINCT table_name AS name FROM ${CARRIED} WHERE owner IS NULL`,
  );
  for (const { name } of unowned) {
    const owner = readTable(run.connection, name);
    const identity = owner === undefined ? undefined : identityOf(owner);
    if (owner === undefined || identity === undefined) continue;
    run.run(
      `UPDATE ${CARRIED} SET owner = (SELECT ${identity} FROM ${quote(owner.name)} AS own WHERE own.id = row_id)
        WHERE table_name = ${literal(name)} AND owner IS NULL`,
    );
  }
}

/** By what a row is known besides its id, for a table that says so: columns that nothing changes once the row is there. */
const KNOWN_BY: Readonly<Record<string, readonly string[]>> = {
  lattices: ["dispatch_id"],
  electrons: ["parent_lattice_id", "transport_graph_node_id", "name", "created_at"],
};

/** SQL over a row called `own`: one text for all that it is known by; an electron's dispatch comes last, where it has one. */
function identityOf(table: RealTable): string | undefined {
  const key = tableKey(table.name);
  const columns = KNOWN_BY[key];
  if (columns === undefined || columns.some((name) => realColumn(table, name) === undefined))
    return undefined;
  const own = columns.map((name) => `quote(own.${quote(name)}) || ' '`).join(" || ");
  const dispatch =
    "coalesce((SELECT quote(lattice.dispatch_id) || ' ' FROM lattices AS lattice WHERE lattice.id = own.parent_lattice_id), '')";
  return key === "electrons" ? `(${own} || ${dispatch})` : `(${own})`;
}

/** Forgets the values of some rows of a table, or of all. `rows`: SQL that selects their ids. */
export function forgetCarried(run: SqlRun, table: string, rows?: string): void {
  const which = rows === undefined ? "" : ` AND row_id IN (${rows})`;
  run.run(`DELETE FROM ${CARRIED} WHERE table_name = ${literal(tableKey(table))}${which}`);
}

export function closeCarried(run: SqlRun): void {
  if (run.count(`SELECT EXISTS (SELECT 1 FROM ${CARRIED})`) === 0) run.run(`DROP TABLE ${CARRIED}`);
}

/** The statements that carry the values of the columns that an alteration drops, for one range of ids. */
export function carryingStatements(table: RealTable, change: AlterTable, from: string): string[] {
  const columns = (change.dropColumns ?? []).filter(
    (name) =>
      !change.discard?.includes(name) &&
      !change.moved?.includes(name) &&
      realColumn(table, name) !== undefined,
  );
  return columns.map((name) => {
    const value = `${quote(change.table)}.${quote(name)}`;
    const derived = change.derivable?.[name];
    const unlessDerived = derived === undefined ? "" : ` AND ${value} IS NOT (${derived})`;
    return `INSERT OR REPLACE INTO ${CARRIED} (table_name, row_id, column_name, value) SELECT ${literal(change.table)}, id, ${literal(name)}, ${value} FROM ${quote(from)} AS ${quote(change.table)} WHERE ${value} IS NOT NULL${unlessDerived}`;
  });
}

/** Puts carried values into columns that are there again. What belongs to rows that are gone stays carried. */
export function restoreCarried(run: SqlRun, table: RealTable, columns: readonly string[]): void {
  const waiting = columns.filter((name) => hasCarried(run, table.name, name));
  for (const column of waiting) {
    const where = `table_name = ${literal(tableKey(table.name))} AND column_name = ${literal(column)}`;
    const name = quote(table.name);
    run.overRanges(table.name, (range) => {
      inRange(
        run,
        `UPDATE ${name} SET ${quote(column)} = carried.value FROM ${CARRIED} AS carried WHERE carried.${where.replace(" AND ", " AND carried.")} AND carried.row_id = ${name}.id`,
        range,
        `${name}.id`,
      );
    });
    run.run(`DELETE FROM ${CARRIED} WHERE ${where} AND row_id IN (SELECT id FROM ${name})`);
  }
}

/** Runs a statement that ends in its WHERE clause for a range of ids. */
export function inRange(run: SqlRun, sql: string, range: IdRange, id: string): number {
  if (range.whole) return run.run(sql);
  return run.run(`${sql} AND ${id} BETWEEN :from AND :to`, { from: range.from, to: range.to });
}

function hasCarried(run: SqlRun, table: string, column: string): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM ${CARRIED} WHERE table_name = ? AND column_name = ?)`;
  return run.count(sql, tableKey(table), column) === 1;
}

/** The history's tables have lower-case names, whatever the file calls them. */
function tableKey(name: string): string {
  const lower = name.toLowerCase();
  return sameName(lower, name) ? lower : name;
}
