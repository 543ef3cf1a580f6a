import { CovalentError } from "../../../model/errors.ts";
import type { AlterTable } from "../../migration/operations.ts";
import { carryingStatements, inRange } from "./carried.ts";
import { includesName, literal, quote, sameName } from "./names.ts";
import type { RealTable } from "./real-table.ts";
import { refuseOwnName } from "./refuse-losses.ts";
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
  refuseOwnName(table);
  const old = OLD + table.name;
  // They can name their table (`WHERE lattices.is_active`), which is called otherwise for a while.
  for (const { name } of table.indexes) run.run(`DROP INDEX ${quote(name)}`);
  run.run(`ALTER TABLE ${quote(table.name)} RENAME TO ${quote(old)}`);
  run.run(renderTable(quote(table.name), changedText(table.text, change)));
  const copy = copyStatement(table, asked, change, old);
  const carry = carryingStatements(table, asked, old);
  const kept = keptColumns(table, change);
  const rows = { before: 0, copied: 0, found: 0 };
  const work = (range: IdRange): void => {
    rows.copied += inRange(run, copy, range, `${quote(asked.table)}.id`);
    for (const statement of carry) inRange(run, statement, range, "id");
    const compared = compare(run, table, old, kept, range);
    rows.before += compared.before;
    rows.found += compared.found;
  };
  // A table that is not keyed by `id` is copied in one go: its ids are no ranges of numbers.
  if (table.keyedById) run.overRanges(old, work, table.name);
  else work({ from: 0n, to: 0n, whole: true });
  // The new table has no rows but those that were copied into it.
  if (rows.before !== rows.copied || rows.before !== rows.found)
    throw notEqual(table.name, `it had ${rows.before} rows and has ${rows.copied}`);
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

/** Compares every column that stays, row by row, and counts the rows of the old table and those of the new one that belong to them. */
function compare(
  run: SqlRun,
  table: RealTable,
  old: string,
  kept: readonly string[],
  range: IdRange,
): { before: number; found: number } {
  const changed = kept.map((name) => differs(`o.${quote(name)}`, `n.${quote(name)}`)).join(" OR ");
  const condition = range.whole ? "" : " WHERE o.id BETWEEN ? AND ?";
  const [row] = run.all<{ before: bigint; found: bigint; wrong: bigint }>(
    `SELECT count(*) AS "before", count(n.id) AS found, count(CASE WHEN n.id IS NULL OR ${changed} THEN 1 END) AS wrong
      FROM ${quote(old)} AS o LEFT JOIN ${quote(table.name)} AS n ON n.id = o.id${condition}`,
    ...(range.whole ? [] : [range.from, range.to]),
  );
  const { before, found, wrong } = row ?? { before: 0n, found: 0n, wrong: 1n };
  if (wrong > 0n) throw notEqual(table.name, `${wrong} rows differ from what they were`);
  return { before: Number(before), found: Number(found) };
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
