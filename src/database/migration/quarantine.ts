import { CARRIED, forgetCarried, QUARANTINE } from "../dialects/sqlite/carried.ts";
import { includesName, literal, quote } from "../dialects/sqlite/names.ts";
import { type RealTable, readTable } from "../dialects/sqlite/real-table.ts";
import type { SqlRun } from "../dialects/sqlite/sql-run.ts";
import { dropSet, idsOfSet, openSet, rowKey, setName } from "./row-sets.ts";

/*
 * Rows that a revision does not allow, kept aside with everything that depends on them.
 *
 * For each table there is `_covalent_quarantine_<table>`: the table's own columns, the values that were carried for the rows, the
 * revision, the reason, and the constraint that the rows stand in for. A step that lifts the constraint brings them back by
 * itself; `restoreQuarantined` (restore-quarantined.ts) does it on request.
 */
export interface Aside {
  readonly table: string;
  /** SQL: which rows. */
  readonly condition: string;
  readonly constraint: string;
  readonly revision: string;
  readonly reason: string;
  /** False: they are deleted and not kept. */
  readonly keep: boolean;
}

/** What goes with what: rows of `table` whose `column` names a row of `of` that goes. */
export const DEPENDENTS = [
  { table: "electrons", column: "parent_lattice_id", of: "lattices" },
  // A sublattice's dispatch is part of the electron that it is.
  { table: "lattices", column: "electron_id", of: "electrons" },
  { table: "electron_dependency", column: "electron_id", of: "electrons" },
  { table: "electron_dependency", column: "parent_electron_id", of: "electrons" },
  { table: "lattice_assets", column: "meta_id", of: "lattices" },
  { table: "electron_assets", column: "meta_id", of: "electrons" },
  { table: "bundles", column: "lattice_id", of: "lattices" },
  { table: "attempts", column: "electron_id", of: "electrons" },
] as const;

/** Takes rows, and everything that depends on them, out of their tables. */
export function setAside(run: SqlRun, aside: Aside): void {
  const chosen = chooseRows(run, aside);
  for (const table of chosen) {
    const source = readTable(run.connection, table);
    if (source === undefined) continue;
    const where = `${rowKey(source)} IN (SELECT row FROM ${setName(table)})`;
    if (aside.keep) keepRows(run, source, aside, table.toLowerCase() === aside.table.toLowerCase(), where);
    if (includesName(namesOf(source), "id")) forgetCarried(run, table, idsOfSet(source));
    run.run(`DELETE FROM ${quote(source.name)} WHERE ${where}`);
  }
  for (const table of chosen) dropSet(run, table);
}

/** Fills a temporary table of row ids for each table that is affected, until nothing more depends on what is chosen. */
function chooseRows(run: SqlRun, { table, condition }: Aside): string[] {
  const source = readTable(run.connection, table);
  if (source === undefined) return [];
  const chosen = [table];
  openSet(run, table);
  run.run(`INSERT INTO ${setName(table)} SELECT ${rowKey(source)} FROM ${quote(table)} WHERE ${condition}`);
  for (let grown = true; grown; ) {
    grown = false;
    for (const dependent of DEPENDENTS) {
      const real = readTable(run.connection, dependent.table);
      const of = readTable(run.connection, dependent.of);
      if (real === undefined || of === undefined || !chosen.includes(dependent.of)) continue;
      if (!includesName(namesOf(real), dependent.column)) continue;
      if (!chosen.includes(dependent.table)) {
        chosen.push(dependent.table);
        openSet(run, dependent.table);
      }
      const added = run.run(
        `INSERT OR IGNORE INTO ${setName(dependent.table)} SELECT ${rowKey(real)} FROM ${quote(real.name)} WHERE ${quote(dependent.column)} IN (${idsOfSet(of)})`,
      );
      grown ||= added > 0;
    }
  }
  return chosen;
}

function keepRows(run: SqlRun, source: RealTable, aside: Aside, broke: boolean, where: string): void {
  const table = source.name.toLowerCase();
  const kept = QUARANTINE + table;
  const columns = source.columns.filter(({ generated }) => !generated).map(({ name }) => name);
  const carried = carriedColumns(run, table).filter((name) => !includesName(namesOf(source), name));
  makeRoom(run, kept, [...columns, ...carried]);
  const list = [...columns, ...carried].map((name) => quote(name)).join(", ");
  const values = [
    ...columns.map((name) => quote(name)),
    ...carried.map((name) => carriedValue(source, name)),
  ];
  const reason = broke ? `CASE WHEN ${aside.condition} THEN :reason ELSE :depends END` : ":depends";
  run.run(
    `INSERT INTO ${quote(kept)} (_revision, _reason, _constraint, ${list}) SELECT :revision, ${reason}, :constraint, ${values.join(", ")} FROM ${quote(source.name)} WHERE ${where}`,
    {
      revision: aside.revision,
      constraint: aside.constraint,
      depends: `belongs to a row of ${aside.table} that was set aside: ${aside.reason}`,
      ...(broke ? { reason: aside.reason } : {}),
    },
  );
}

/** Columns without a type: a value is kept exactly as it is. */
function makeRoom(run: SqlRun, kept: string, columns: readonly string[]): void {
  run.run(
    `CREATE TABLE IF NOT EXISTS ${quote(kept)} (_revision TEXT NOT NULL, _reason TEXT NOT NULL, _constraint TEXT NOT NULL)`,
  );
  const real = readTable(run.connection, kept);
  const there = real === undefined ? [] : namesOf(real);
  for (const name of columns.filter((column) => !includesName(there, column))) {
    run.run(`ALTER TABLE ${quote(kept)} ADD COLUMN ${quote(name)}`);
  }
}

/** The columns for which values of a table's rows are carried: they go with the row, or another row with its id would get them. */
function carriedColumns(run: SqlRun, table: string): string[] {
  const rows = run.all<{ name: string }>(
    `SELECT DISTINCT column_name AS name FROM ${CARRIED} WHERE table_name = ?`,
    table,
  );
  return rows.map(({ name }) => name);
}

function carriedValue(source: RealTable, column: string): string {
  return `(SELECT value FROM ${CARRIED} WHERE table_name = ${literal(source.name.toLowerCase())} AND column_name = ${literal(column)} AND row_id = ${quote(source.name)}.id)`;
}

function namesOf(table: RealTable): string[] {
  return table.columns.map(({ name }) => name);
}
