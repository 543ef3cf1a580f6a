import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import type { Finding } from "../diagnosis/finding.ts";
import { runStatements } from "../diagnosis/run-statements.ts";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { messageOf } from "../dialects/sqlite/fault.ts";
import { quote } from "../dialects/sqlite/names.ts";
import type { MigrationPlan } from "./plan.ts";
import { runGroup } from "./run-group.ts";

type Reader = Pick<DatabaseSync, "prepare">;

/** More are not looked for: each takes a run of the plan. */
const MAX_OBSTACLES = 50;

/**
 * What users have added to a database that a plan cannot keep: a view, trigger, index or column that uses something which goes.
 *
 * The plan is run on a database in memory that has the same tables, indexes, views and triggers, and no rows. What fails there is an
 * obstacle; it is then taken away, and the plan run again, until nothing fails.
 *
 * @param healing statements that will run before the plan
 */
export function findObstacles(
  connection: Reader,
  plan: MigrationPlan,
  healing: readonly string[] = [],
): Finding[] {
  const removed: string[] = [];
  const findings: Finding[] = [];
  while (findings.length < MAX_OBSTACLES) {
    const obstacle = tryPlan(connection, plan, healing, removed);
    if (obstacle === undefined) return findings;
    findings.push(obstacle.finding);
    if (obstacle.command === undefined) return findings;
    removed.push(obstacle.command);
  }
  return findings;
}

interface Obstacle {
  readonly finding: Finding;
  /** Takes it away. */
  readonly command: string | undefined;
}

function tryPlan(
  source: Reader,
  plan: MigrationPlan,
  healing: readonly string[],
  removed: readonly string[],
): Obstacle | undefined {
  const copy = openForMigration(":memory:");
  let revision = "";
  try {
    copyStructure(source, copy, plan.from);
    for (const sql of removed) copy.exec(sql);
    runStatements(copy, healing);
    for (const [index, group] of plan.groups.entries()) {
      revision = group.steps.at(-1)?.revision.id ?? "";
      copy.exec("BEGIN");
      runGroup(copy, plan, index, { onViolation: "refuse" });
      copy.exec("COMMIT");
    }
    return undefined;
  } catch (error) {
    return obstacleOf(error, revision);
  } finally {
    copy.close();
  }
}

function obstacleOf(error: unknown, revision: string): Obstacle {
  const details =
    error instanceof CovalentError && error.code === "MIGRATION_OBSTACLE" ? error.details : undefined;
  const what = details === undefined ? messageOf(error) : String(details.what);
  const advice = details === undefined ? undefined : String(details.command);
  const action = advice === undefined ? "look at it with `covalent db doctor`" : `remove it first: ${advice}`;
  const command = advice !== undefined && /^(DROP|ALTER) /.test(advice) ? advice : undefined;
  return {
    finding: {
      code: "OBSTACLE",
      severity: "refuse",
      // Before the first revision stands what heals the database.
      what: revision === "" ? what : `at revision ${revision}: ${what}`,
      action,
      details: { revision },
    },
    command,
  };
}

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** The tables, indexes, views and triggers, without rows. Virtual tables are left out: nothing of ours touches them. */
function copyStructure(source: Reader, copy: DatabaseSync, revision: string | null): void {
  const rows = source
    .prepare(
      `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
       AND NOT (type = 'table' AND rootpage = 0)
       ORDER BY type = 'trigger', type = 'view', type = 'index', rowid`,
    )
    .all() as unknown as SchemaRow[];
  for (const row of rows) {
    try {
      copy.exec(row.sql);
    } catch {
      // What cannot be made with this SQLite, such as an index by a function of somebody's, is not tried.
    }
  }
  const version = rows.find(({ name }) => name.toLowerCase() === "alembic_version");
  if (version === undefined || revision === null) return;
  copy.prepare(`INSERT INTO ${quote(version.name)} (version_num) VALUES (?)`).run(revision);
}
