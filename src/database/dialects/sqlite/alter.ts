import type { AlterTable, Operation, RowsOperation } from "../../migration/operations.ts";
import { type Schema, type SchemaTable, tableOf } from "../../migration/schema.ts";
import { carryingStatements, forgetCarried, inRange, restoreCarried } from "./carried.ts";
import { columnDefinition, createIndex, createTable } from "./ddl.ts";
import { changeForeignKeys } from "./foreign-keys.ts";
import { literal, quote } from "./names.ts";
import { type RealTable, readTable } from "./real-table.ts";
import { rebuildTable } from "./rebuild.ts";
import { refuseLosses } from "./refuse-losses.ts";
import type { SqlRun } from "./sql-run.ts";
import { isForeignKeysOnly, isNative, isNothing, remainingChange, type TableChange } from "./table-change.ts";

/**
 * Carries out one operation of a revision on SQLite. `schema` is what the history says of the tables before it; the statements
 * follow the tables as they are in the file. What is there already is not made again.
 */
export function carryOut(run: SqlRun, schema: Schema, operation: Operation): void {
  switch (operation.kind) {
    case "create-table":
      if (readTable(run.connection, operation.table.name) === undefined)
        run.run(createTable(operation.table));
      return;
    case "drop-table":
      run.run(`DROP TABLE IF EXISTS ${quote(operation.table)}`);
      forgetCarried(run, operation.table);
      return;
    case "create-index":
      if (!hasIndex(run, operation.index.name)) run.run(createIndex(operation.table, operation.index));
      return;
    case "drop-index":
      run.run(`DROP INDEX IF EXISTS ${quote(operation.index)}`);
      return;
    case "sql":
      run.run(operation.sql);
      return;
    case "rows":
      runRows(run, operation);
      return;
    case "alter-table":
      alterTable(run, tableOf(schema, operation.table), operation);
  }
}

function runRows(run: SqlRun, { table, once = {}, given = {}, statements }: RowsOperation): void {
  const known = ask(run, once, {});
  run.overRanges(table, ({ from, to }) => {
    const parameters = ask(run, given, { ...known, from, to });
    for (const statement of statements) run.run(statement, used(parameters, statement));
  });
}

type Numbers = Readonly<Record<string, bigint>>;

function ask(run: SqlRun, questions: Readonly<Record<string, string>>, known: Numbers): Numbers {
  const numbers = { ...known };
  // In their order: one can build on the answer before it.
  for (const [name, sql] of Object.entries(questions)) numbers[name] = run.number(sql, used(numbers, sql));
  return numbers;
}

function alterTable(run: SqlRun, expected: SchemaTable, asked: AlterTable): void {
  const table = existing(run, asked.table);
  const change = remainingChange(table, expected, asked);
  if (isNothing(change)) return;
  refuseLosses(table, change);
  if (isForeignKeysOnly(change)) changeForeignKeys(run, table, change);
  else if (isNative(change)) alterInPlace(run, table, asked, change);
  else rebuildTable(run, table, asked, change);
  restoreCarried(
    run,
    existing(run, asked.table),
    change.addColumns.map(({ name }) => name),
  );
}

/** Adds first, fills from the old columns, and only then drops those. */
function alterInPlace(run: SqlRun, table: RealTable, asked: AlterTable, change: TableChange): void {
  const name = quote(table.name);
  for (const column of change.addColumns)
    run.run(`ALTER TABLE ${name} ADD COLUMN ${columnDefinition(column)}`);
  const fills = change.addColumns.flatMap(({ name: column, fill }) =>
    fill === undefined ? [] : [`${quote(column)} = ${fill}`],
  );
  const carry = carryingStatements(table, asked, table.name);
  if (carry.length + fills.length > 0) {
    run.overRanges(table.name, (range) => {
      for (const statement of carry) inRange(run, statement, range, "id");
      if (fills.length > 0) inRange(run, `UPDATE ${name} SET ${fills.join(", ")} WHERE 1`, range, "id");
    });
  }
  for (const column of change.dropColumns) run.run(`ALTER TABLE ${name} DROP COLUMN ${quote(column)}`);
}

function existing(run: SqlRun, name: string): RealTable {
  const table = readTable(run.connection, name);
  if (table === undefined) throw new Error(`there is no table ${name}`);
  return table;
}

function hasIndex(run: SqlRun, name: string): boolean {
  const sql = `SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ${literal(name)} COLLATE NOCASE`;
  return run.count(sql) > 0;
}

/** SQLite refuses parameters that a statement does not name. */
function used<Value>(parameters: Readonly<Record<string, Value>>, sql: string): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => new RegExp(`:${name}\\b`).test(sql)),
  );
}
