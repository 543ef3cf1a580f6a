import { CovalentError } from "../../../model/errors.ts";
import { messageOf } from "./fault.ts";
import { quote } from "./names.ts";
import type { SqlRun } from "./sql-run.ts";

/** What users have made around the tables, taken off before a migration and put back after it. */
export interface UserObjects {
  readonly triggers: readonly { readonly name: string; readonly table: string; readonly sql: string }[];
  /** Those that could be used before: each must be usable after. */
  readonly working: ReadonlySet<string>;
}

/** Takes all triggers off, so that none fires on the statements of a migration. Their texts are kept as they are. */
export function takeOffTriggers(run: SqlRun): UserObjects {
  const triggers = run.all<{ name: string; table: string; sql: string }>(
    "SELECT name, tbl_name AS \"table\", sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid",
  );
  const working = new Set(
    brokenObjects(run, triggers).flatMap(({ key, reason }) => (reason === null ? [key] : [])),
  );
  for (const { name } of triggers) run.run(`DROP TRIGGER ${quote(name)}`);
  return { triggers, working };
}

/**
 * Puts the triggers back and tries every view and trigger that worked before.
 *
 * @throws {CovalentError} `MIGRATION_OBSTACLE` naming the one that no longer works.
 */
export function putBackTriggers(run: SqlRun, { triggers, working }: UserObjects): void {
  for (const { sql } of triggers) run.run(sql);
  for (const { key, kind, name, reason } of brokenObjects(run, triggers)) {
    if (reason === null || !working.has(key)) continue;
    throw new CovalentError("MIGRATION_OBSTACLE", {
      what: `the ${kind} ${name} would no longer work (${reason})`,
      command: `DROP ${kind.toUpperCase()} ${quote(name)}`,
    });
  }
}

interface Tried {
  readonly key: string;
  readonly kind: "view" | "trigger";
  readonly name: string;
  /** Why it does not work; `null` when it does. */
  readonly reason: string | null;
}

function brokenObjects(run: SqlRun, triggers: UserObjects["triggers"]): Tried[] {
  const views = run.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY rowid",
  );
  return [
    ...views.map(({ name }) => tried(run, "view", name, [`SELECT * FROM ${quote(name)}`])),
    ...triggers.map(({ name, table }) => tried(run, "trigger", name, firing(run, table))),
  ];
}

/** Preparing a statement compiles what it would set off. */
function tried(run: SqlRun, kind: Tried["kind"], name: string, statements: readonly string[]): Tried {
  const key = `${kind} ${name}`;
  try {
    for (const sql of statements) run.connection.prepare(sql);
    return { key, kind, name, reason: null };
  } catch (error) {
    return { key, kind, name, reason: messageOf(error) };
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
