import type { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { type MigrationPlan, planMigration } from "./plan.ts";
import { type GroupOptions, runGroup } from "./run-group.ts";

/** A database in memory that is closed after the test. */
export function memoryDatabase(): DatabaseSync {
  const connection = openForMigration(":memory:");
  onTestFinished(() => connection.close());
  return connection;
}

/** Brings a database to a revision, each group in its own transaction. */
export function migrateTo(
  connection: DatabaseSync,
  to: string | null,
  options: Partial<GroupOptions> = {},
): MigrationPlan {
  const plan = planMigration({ revision: revisionOf(connection), to });
  for (const index of plan.groups.keys()) runInTransaction(connection, plan, index, options);
  return plan;
}

export function runInTransaction(
  connection: DatabaseSync,
  plan: MigrationPlan,
  group: number,
  options: Partial<GroupOptions> = {},
): void {
  connection.exec("BEGIN IMMEDIATE");
  try {
    runGroup(connection, plan, group, { onViolation: "refuse", ...options });
    connection.exec("COMMIT");
  } catch (error) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

export function revisionOf(connection: DatabaseSync): string | null {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE name = 'alembic_version'").all();
  if (tables.length === 0) return null;
  const row = connection.prepare("SELECT version_num AS revision FROM alembic_version").get();
  return row === undefined ? null : String(row.revision);
}
