import { openForMigration } from "../dialects/sqlite/connection.ts";
import { type MigrationPlan, planMigration } from "./plan.ts";
import { runGroup } from "./run-group.ts";

/**
 * The SQL of a plan, unexecuted, as it would run on an empty database of SQLite: on one with rows, statements that go over a large
 * table are run for ranges of its ids, and what is there already is left out.
 *
 * @example
 * sqlOf(planMigration({ revision: "7b40a55c0752", to: "7e9fb153ecfb" })); // ["BEGIN IMMEDIATE", "UPDATE alembic_version ...", ...]
 */
export function sqlOf(plan: MigrationPlan): string[] {
  const connection = openForMigration(":memory:");
  try {
    if (plan.from !== null) runSilently(connection, planMigration({ revision: null, to: plan.from }));
    const statements: string[] = [];
    for (const index of plan.groups.keys()) {
      statements.push("BEGIN IMMEDIATE");
      connection.exec("BEGIN IMMEDIATE");
      runGroup(connection, plan, index, { onViolation: "refuse", statement: (sql) => statements.push(sql) });
      connection.exec("COMMIT");
      statements.push("COMMIT");
    }
    return statements;
  } finally {
    connection.close();
  }
}

function runSilently(connection: ReturnType<typeof openForMigration>, plan: MigrationPlan): void {
  connection.exec("BEGIN");
  runGroup(connection, plan, 0, { onViolation: "refuse" });
  connection.exec("COMMIT");
}
