import type { DatabaseSync } from "node:sqlite";
import { type RunHooks, sqlRun } from "../dialects/sqlite/sql-run.ts";
import { putBack, takeOff } from "../dialects/sqlite/user-objects.ts";

/**
 * Runs the statements of a diagnosis inside the caller's transaction. Users' triggers and views are taken off meanwhile: none fires,
 * and none that is broken makes SQLite refuse to drop a column.
 *
 * @throws {CovalentError} `MIGRATION_OBSTACLE` naming a view or trigger that would no longer work
 */
export function runStatements(
  connection: DatabaseSync,
  statements: readonly string[],
  hooks: RunHooks = {},
): void {
  if (statements.length === 0) return;
  const run = sqlRun(connection, hooks);
  const objects = takeOff(run);
  for (const sql of statements) run.run(sql);
  putBack(run, objects);
}
