import type { DatabaseSync } from "node:sqlite";
import { holdsNoForbiddenNulls } from "../diagnosis/diagnosis.ts";
import { schemaOf } from "../diagnosis/known-schemas.ts";
import { runStatements } from "../diagnosis/run-statements.ts";
import type { Step } from "../migration/history.ts";
import { removeOrphans } from "../migration/orphans.ts";
import type { StepGroup } from "../migration/plan.ts";
import { runGroup, type StepProgress } from "../migration/run-group.ts";
import type { Examination } from "./examination.ts";
import { losesPayloads, pointToFiles } from "./inline-payloads.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import type { MigrationRequest } from "./migration-request.ts";
import type { Surroundings } from "./surroundings.ts";
import { beginWriting } from "./write-lock.ts";

export interface PlanRun {
  readonly connection: DatabaseSync;
  readonly examined: Examination;
  readonly request: MigrationRequest;
  readonly around: Surroundings;
  /** True when the first group's transaction has begun already. */
  readonly begun: boolean;
  onStep(step: Step): void;
  onProgress(progress: StepProgress): void;
  /** The group is in the database for good. */
  onCommitted(group: StepGroup): void;
}

/**
 * Carries out a plan, each group in a transaction of its own; what prepares the database for it comes first, in the first of them.
 *
 * If the process dies before a COMMIT, SQLite takes back that group when the file is next opened; if it dies after, the group is
 * there as a whole.
 */
export function runPlan(run: PlanRun): void {
  const { connection, examined, request, begun } = run;
  // A database that only has to be healed has a transaction too.
  const transactions = Math.max(1, examined.plan.groups.length);
  for (let index = 0; index < transactions; index++) {
    if (index > 0 || !begun) beginWriting(connection, request.path);
    try {
      if (index === 0) prepare(run);
      carryOut(run, index);
      if (index === transactions - 1) takeOrphansOut(run);
      run.around.statement?.("COMMIT");
      connection.exec("COMMIT");
    } catch (error) {
      // A full disk can have made SQLite roll back by itself.
      if (connection.isTransaction) connection.exec("ROLLBACK");
      throw error;
    }
    const group = examined.plan.groups[index];
    if (group !== undefined) run.onCommitted(group);
  }
}

function prepare({ connection, examined, request: { store }, around }: PlanRun): void {
  const { diagnosis, plan } = examined;
  runStatements(connection, diagnosis.healing, { statement: around.statement });
  const moved = store !== null && losesPayloads(plan) ? [pointToFiles(store)] : [];
  for (const sql of moved) {
    around.statement?.(sql);
    connection.exec(sql);
  }
}

/** In the last transaction: what has no parent at the end of the plan. */
function takeOrphansOut({ connection, examined, request, around }: PlanRun): void {
  const { to } = examined.plan;
  if (!request.orphans || to === null) return;
  const how = { revision: to, keep: request.onViolation === "quarantine" };
  removeOrphans(connection, schemaOf(to), how, {
    checkInterrupt: () => stopWhenInterrupted(around),
    statement: around.statement,
  });
}

function carryOut(run: PlanRun, index: number): void {
  const { connection, examined, request, around } = run;
  const group = examined.plan.groups[index];
  if (group === undefined) return;
  for (const step of group.steps) run.onStep(step);
  runGroup(connection, examined.plan, index, {
    onViolation: request.onViolation,
    noForbiddenNulls: holdsNoForbiddenNulls(examined.diagnosis),
    onProgress: run.onProgress,
    checkInterrupt: () => stopWhenInterrupted(around),
    ...(around.statement === undefined ? {} : { statement: around.statement }),
  });
}
