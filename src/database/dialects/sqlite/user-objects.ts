import { CovalentError } from "../../../model/errors.ts";
import { messageOf } from "./fault.ts";
import { quote } from "./names.ts";
import type { SqlRun } from "./sql-run.ts";
import { mentions, mentionsInDoubleQuotes } from "./table-text.ts";

/** What users have made around the tables, as it was before a migration. */
export interface UserObjects {
  readonly views: readonly View[];
  readonly triggers: readonly Trigger[];
  /** The views and triggers that could be used: each must be usable after. */
  readonly working: ReadonlySet<string>;
  readonly columns: readonly Column[];
}

interface View {
  readonly name: string;
  readonly sql: string;
}

interface Trigger extends View {
  readonly table: string;
}

interface Column {
  readonly table: string;
  readonly column: string;
}

/** A view or a trigger, and why it does not work; `null` when it does. */
interface Tried {
  readonly kind: "view" | "trigger";
  readonly name: string;
  readonly sql: string;
  readonly reason: string | null;
}

/**
 * Takes all triggers and views off, keeping their texts as they are: no trigger fires on the statements of a migration, and no view
 * that is broken for the moment, or was broken before, makes SQLite refuse a DROP COLUMN.
 */
export function takeOff(run: SqlRun): UserObjects {
  const views = run.all<View>("SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid");
  const triggers = run.all<Trigger>(
    "SELECT name, tbl_name AS \"table\", sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid",
  );
  const tried = tryAll(run, views, triggers);
  const working = new Set(tried.filter(({ reason }) => reason === null).map(keyOf));
  const columns = tried.length === 0 ? [] : columnsOf(run);
  for (const { name } of triggers) run.run(`DROP TRIGGER ${quote(name)}`);
  for (const { name } of views) run.run(`DROP VIEW ${quote(name)}`);
  return { views, triggers, working, columns };
}

/**
 * Puts views and triggers back and tries every view and trigger that worked before.
 *
 * @throws {CovalentError} `MIGRATION_OBSTACLE` naming the one that no longer works.
 */
export function putBack(run: SqlRun, { views, triggers, working, columns }: UserObjects): void {
  for (const { sql } of [...views, ...triggers]) run.run(sql);
  const gone = columns.length === 0 ? [] : goneColumns(columns, columnsOf(run));
  for (const tried of tryAll(run, views, triggers)) {
    const reason = tried.reason ?? lostLiteral(tried, gone);
    if (reason === null || !working.has(keyOf(tried))) continue;
    throw new CovalentError("MIGRATION_OBSTACLE", {
      what: `the ${tried.kind} ${tried.name} would no longer work (${reason})`,
      command: `DROP ${tried.kind.toUpperCase()} ${quote(tried.name)}`,
    });
  }
}

function tryAll(run: SqlRun, views: readonly View[], triggers: readonly Trigger[]): Tried[] {
  return [
    ...views.map(({ name, sql }) => ({
      kind: "view" as const,
      name,
      sql,
      reason: whyNot(run, [`SELECT * FROM ${quote(name)}`]),
    })),
    ...triggers.map(({ name, table, sql }) => ({
      kind: "trigger" as const,
      name,
      sql,
      reason: whyNot(run, firing(run, table)),
    })),
  ];
}

/** Preparing a statement compiles what it would set off. */
function whyNot(run: SqlRun, statements: readonly string[]): string | null {
  try {
    for (const sql of statements) run.connection.prepare(sql);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function firing(run: SqlRun, table: string): string[] {
  const columns = run
    .all<{ name: string; hidden: bigint }>("SELECT name, hidden FROM pragma_table_xinfo(?)", table)
    .filter(({ hidden }) => hidden === 0n)
    .map(({ name }) => `${quote(name)} = ${quote(name)}`);
  const name = quote(table);
  return [
    `INSERT INTO ${name} DEFAULT VALUES`,
    `UPDATE ${name} SET ${columns.join(", ")}`,
    `DELETE FROM ${name}`,
  ];
}

/** A column in double quotes that is gone is taken for a text, and nobody says so. */
function lostLiteral({ sql }: Tried, gone: readonly Column[]): string | null {
  const lost = gone.find(({ table, column }) => mentionsInDoubleQuotes(sql, column) && mentions(sql, table));
  return lost === undefined ? null : `it uses ${lost.table}.${lost.column}, which goes`;
}

function goneColumns(before: readonly Column[], after: readonly Column[]): Column[] {
  const there = new Set(after.map(({ table, column }) => `${table}.${column}`));
  return before.filter(({ table, column }) => !there.has(`${table}.${column}`));
}

function columnsOf(run: SqlRun): Column[] {
  return run.all<Column>(
    `SELECT s.name AS "table", c.name AS "column" FROM sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c
     WHERE s.type = 'table' AND s.rootpage > 0`,
  );
}

function keyOf({ kind, name }: Tried): string {
  return `${kind} ${name}`;
}
