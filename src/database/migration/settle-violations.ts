import { CovalentError } from "../../model/errors.ts";
import type { SqlRun } from "../dialects/sqlite/sql-run.ts";
import type { AddedConstraint, MigrationPlan } from "./plan.ts";
import { setAside } from "./quarantine.ts";
import {
  constraintInWords,
  constraintsToMeet,
  countRows,
  exampleRows,
  type KnownRows,
  keyOf,
  type ViolationPolicy,
  violatingCondition,
} from "./violations.ts";

/** Deals with the rows that break what a step asks for, before the step's operations would fail on them. */
export function settleViolations(
  run: SqlRun,
  plan: MigrationPlan,
  stepIndex: number,
  policy: ViolationPolicy,
  known: KnownRows,
): void {
  const passing = plan.groups.flatMap((group) => group.passing);
  const step = plan.steps[stepIndex];
  if (step === undefined || plan.from === null) return;
  for (const constraint of constraintsToMeet(run.connection, plan, stepIndex, known)) {
    if (passing.some((one) => one.step === stepIndex && keyOf(one) === keyOf(constraint))) continue;
    const condition = violatingCondition(run.connection, constraint);
    if (condition === undefined) continue;
    const rows = countRows(run.connection, constraint.table, condition);
    if (rows === 0) continue;
    if (policy === "refuse") throw refusal(run, step.revision.id, constraint, condition, rows);
    setAside(run, {
      table: constraint.table,
      condition,
      constraint: keyOf(constraint),
      revision: step.revision.id,
      reason: `revision ${step.revision.id} makes ${constraintInWords(constraint)}`,
      keep: policy === "quarantine",
    });
  }
}

const NAMED = 5;

function refusal(
  run: SqlRun,
  revision: string,
  constraint: AddedConstraint,
  condition: string,
  rows: number,
): CovalentError {
  const named = exampleRows(run.connection, constraint.table, condition)
    .slice(0, NAMED)
    .map(({ id, dispatchId }) =>
      dispatchId === undefined ? `id ${id}` : `id ${id} of dispatch ${dispatchId}`,
    );
  return new CovalentError("MIGRATION_VIOLATION", {
    revision,
    constraint: constraintInWords(constraint),
    rows,
    table: constraint.table,
    examples: `${named.join(", ")}${rows > NAMED ? ", ..." : ""}`,
  });
}
