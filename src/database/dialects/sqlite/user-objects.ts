import { CovalentError } from "../../../model/errors.ts";
import { faultKind, messageOf, primaryCode } from "./fault.ts";
import { includesName, quote, sameName } from "./names.ts";
import type { SqlRun } from "./sql-run.ts";
import { mentions, mentionsInDoubleQuotes, namesInDoubleQuotes, updateColumns } from "./table-text.ts";

/** What users have made around the tables, as it was before a migration. */
export interface UserObjects {
  readonly views: readonly View[];
  readonly triggers: readonly Trigger[];
  /** Those that have texts in double quotes. */
  readonly indexes: readonly Index[];
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

interface Index extends View {
  readonly table: string;
}

interface Column {
  readonly table: string;
  readonly column: string;
}

/** A view or a trigger, and why it does not work; `null` when it does. */
interface Tried {
  readonly kind: "view" | "trigger" | "index";
  readonly name: string;
  readonly sql: string;
  readonly reason: string | null;
}

/**
 * Takes all triggers and views off, keeping their texts as they are: no trigger fires on the statements of a migration, and no view
 * that is broken for the moment, or was broken before, makes SQLite refuse a DROP COLUMN. That takes no text in double quotes for one
 * either, in an index of whatever table: such indexes go with them.
 */
export function takeOff(run: SqlRun): UserObjects {
  const views = run.all<View>("SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid");
  const triggers = run.all<Trigger>(
    "SELECT name, tbl_name AS \"table\", sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid",
  );
  const tried = tryAll(run, views, triggers);
  const working = new Set(tried.filter(({ reason }) => reason === null).map(keyOf));
  const indexes = indexesWithTexts(run);
  const columns = tried.length + indexes.length === 0 ? [] : columnsOf(run);
  for (const { name } of triggers) run.run(`DROP TRIGGER ${quote(name)}`);
  for (const { name } of views) run.run(`DROP VIEW ${quote(name)}`);
  for (const { name } of indexes) run.run(`DROP INDEX ${quote(name)}`);
  return { views, triggers, indexes, working, columns };
}

/**
 * Puts views and triggers back and tries every view and trigger that worked before.
 *
 * @throws {CovalentError} `MIGRATION_OBSTACLE` naming the one that no longer works.
 */
export function putBack(run: SqlRun, { views, triggers, indexes, working, columns }: UserObjects): void {
  const gone = columns.length === 0 ? [] : goneColumns(columns, columnsOf(run));
  for (const { name, sql } of indexes) {
    const reason = lostLiteral({ sql }, gone);
    if (reason !== null) throw obstacle({ kind: "index", name }, reason);
    make(run, { kind: "index", name, sql });
  }
  for (const { name, sql } of views) make(run, { kind: "view", name, sql });
  for (const { name, sql } of triggers) make(run, { kind: "trigger", name, sql });
  for (const trigger of triggers) {
    const reason = lostUpdate(trigger, gone);
    if (reason !== null) throw obstacle({ kind: "trigger", name: trigger.name }, reason);
  }
  for (const tried of tryAll(run, views, triggers)) {
    const reason = tried.reason ?? lostLiteral(tried, gone);
    if (reason !== null && working.has(keyOf(tried))) throw obstacle(tried, reason);
  }
}

function make(run: SqlRun, one: Omit<Tried, "reason">): void {
  try {
    run.run(one.sql);
  } catch (error) {
    // Only what SQLite says of the statement: a full disk or an interruption is another matter.
    const isRefused = primaryCode(error) !== undefined && faultKind(error) === "statement";
    throw isRefused ? obstacle(one, messageOf(error)) : error;
  }
}

function obstacle({ kind, name }: Pick<Tried, "kind" | "name">, reason: string): CovalentError {
  return new CovalentError("MIGRATION_OBSTACLE", {
    what: `the ${kind} ${name} would no longer work (${reason})`,
    command: `DROP ${kind.toUpperCase()} ${quote(name)}`,
  });
}

/** Indexes in which a word in double quotes is no column of their table. */
function indexesWithTexts(run: SqlRun): Index[] {
  const indexes = run.all<Index>(
    "SELECT name, tbl_name AS \"table\", sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%\"%' ORDER BY rowid",
  );
  return indexes.filter(({ table, sql }) => {
    const columns = run.all<{ name: string }>("SELECT name FROM pragma_table_xinfo(?)", table);
    return namesInDoubleQuotes(sql).some(
      (word) =>
        !includesName(
          columns.map(({ name }) => name),
          word,
        ),
    );
  });
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
function lostLiteral({ sql }: Pick<Tried, "sql">, gone: readonly Column[]): string | null {
  const lost = gone.find(({ table, column }) => mentionsInDoubleQuotes(sql, column) && mentions(sql, table));
  return lost === undefined ? null : `it uses ${lost.table}.${lost.column}, which goes`;
}

/** SQLite takes a trigger for updates of a column that is not there, and never fires it. */
function lostUpdate({ table, sql }: Trigger, gone: readonly Column[]): string | null {
  const columns = updateColumns(sql);
  const lost = gone.find((one) => sameName(one.table, table) && includesName(columns, one.column));
  return lost === undefined ? null : `it is for updates of ${lost.table}.${lost.column}, which goes`;
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

function keyOf({ kind, name }: Pick<Tried, "kind" | "name">): string {
  return `${kind} ${name}`;
}
