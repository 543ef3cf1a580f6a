import { CovalentError } from "../../../model/errors.ts";
import type { AlterTable } from "../../migration/operations.ts";
import { carryingStatements, inRange } from "./carried.ts";
import { includesName, literal, quote, sameName } from "./names.ts";
import type { RealTable } from "./real-table.ts";
import { differs } from "./same-value.ts";
import type { IdRange, SqlRun } from "./sql-run.ts";
import { changedText, type TableChange } from "./table-change.ts";
import { renderTable } from "./table-text.ts";

/** The prefix of the old table while the new one is filled. It exists only inside a transaction. */
const OLD = "_covalent_old_";

/**
 * Makes a table anew from its own text, with a change, and fills it from the old one: SQLite can add and drop columns, but not
 * constraints. The old table goes only when the new one has as many rows and equal values in every column that stays.
 *
 * Needs `foreign_keys = OFF` (DROP TABLE would delete the rows that refer to it) and `legacy_alter_table = ON` (RENAME would
 * rewrite other tables' references).
 */
export function rebuildTable(run: SqlRun, table: RealTable, asked: AlterTable, change: TableChange): void {
  const old = OLD + table.name;
  run.run(`ALTER TABLE ${quote(table.name)} RENAME TO ${quote(old)}`);
  run.run(renderTable(quote(table.name), changedText(table.text, change)));
  const copy = copyStatement(table, asked, change, old);
  const carry = carryingStatements(table, asked, old);
  const kept = keptColumns(table, change);
  const work = (range: IdRange): void => {
    inRange(run, copy, range, `${quote(asked.table)}.id`);
    for (const statement of carry) inRange(run, statement, range, "id");
    verifyValues(run, table, old, kept, range);
  };
  // A table that is not keyed by `id` is copied in one go: its ids are no ranges of numbers.
  if (table.keyedById) run.overRanges(old, work);
  else work({ from: 0n, to: 0n, whole: true });
  verifyCounts(run, table, old);
  if (table.autoincrement) keepSequence(run, table, old);
  run.run(`DROP TABLE ${quote(old)}`);
  for (const index of table.indexes) run.run(index.sql);
}

/** An added column without `fill` gets its default. One that is there already keeps the values it has. */
function copyStatement(table: RealTable, asked: AlterTable, change: TableChange, old: string): string {
  const source = (name: string) => `${quote(asked.table)}.${quote(name)}`;
  const kept = keptColumns(table, change).map((name) => {
    const fill = change.addColumns.find((added) => sameName(added.name, name))?.fill;
    return { name, value: fill === undefined ? source(name) : `coalesce(${source(name)}, ${fill})` };
  });
  const filled = change.addColumns.flatMap(({ name, fill }) =>
    fill === undefined || includesName(keptColumns(table, change), name) ? [] : [{ name, value: fill }],
  );
  const columns = [...kept, ...filled];
  const targets = columns.map(({ name }) => quote(name)).join(", ");
  const values = columns.map(({ value }) => value).join(", ");
  return `INSERT INTO ${quote(table.name)} (${targets}) SELECT ${values} FROM ${quote(old)} AS ${quote(asked.table)} WHERE 1`;
}

function keptColumns(table: RealTable, change: TableChange): string[] {
  return table.columns
    .filter(({ name, generated }) => !generated && !includesName(change.dropColumns, name))
    .map(({ name }) => name);
}

function verifyValues(
  run: SqlRun,
  table: RealTable,
  old: string,
  kept: readonly string[],
  range: IdRange,
): void {
  const changed = kept.map((name) => differs(`o.${quote(name)}`, `n.${quote(name)}`)).join(" OR ");
  const sql = `SELECT count(*) FROM ${quote(old)} AS o LEFT JOIN ${quote(table.name)} AS n ON n.id = o.id WHERE (n.id IS NULL OR ${changed})`;
  const wrong = range.whole
    ? run.count(sql)
    : run.count(`${sql} AND o.id BETWEEN ? AND ?`, range.from, range.to);
  if (wrong > 0) throw notEqual(table.name, `${wrong} rows differ from what they were`);
}

function verifyCounts(run: SqlRun, table: RealTable, old: string): void {
  const before = run.count(`SELECT count(*) FROM ${quote(old)}`);
  const after = run.count(`SELECT count(*) FROM ${quote(table.name)}`);
  if (before !== after) throw notEqual(table.name, `it had ${before} rows and has ${after}`);
}

function notEqual(table: string, reason: string): CovalentError {
  return new CovalentError("MIGRATION_NOT_EQUAL", { table, reason });
}

/** Keys that were handed out stay used, even when their rows are gone. */
function keepSequence(run: SqlRun, table: RealTable, old: string): void {
  run.run(`DELETE FROM sqlite_sequence WHERE name = ${literal(table.name)}`);
  run.run(
    `INSERT INTO sqlite_sequence (name, seq) SELECT ${literal(table.name)}, seq FROM sqlite_sequence WHERE name = ${literal(old)}`,
  );
}
