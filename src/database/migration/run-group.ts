import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import { VERSION } from "../../version.ts";
import { carryOut } from "../dialects/sqlite/alter.ts";
import { closeCarried, forgetOwnerless, openCarried, recordOwners } from "../dialects/sqlite/carried.ts";
import { type RunHooks, type RunProgress, type SqlRun, sqlRun } from "../dialects/sqlite/sql-run.ts";
import { putBack, takeOff } from "../dialects/sqlite/user-objects.ts";
import type { Step } from "./history.ts";
import type { Operation } from "./operations.ts";
import type { MigrationPlan, PassingConstraint, StepGroup } from "./plan.ts";
import { returnQuarantined } from "./restore-quarantined.ts";
import { applyToSchema } from "./schema.ts";
import { settleViolations } from "./settle-violations.ts";
import type { KnownRows, ViolationPolicy } from "./violations.ts";

/**
 * Carries out one group of a plan inside the transaction that the caller has begun and will commit.
 *
 * Once users' triggers are off, the row that names the revision comes first: it must say where the group starts, else somebody else
 * was faster and the caller rolls back. If the process dies, a statement fails or the caller rolls back, nothing of the group is there: a database is always at
 * a revision, never between two.
 */
export interface GroupOptions extends KnownRows {
  /** What to do with rows that break a constraint which no later step of the plan lifts. */
  readonly onViolation: ViolationPolicy;
  readonly onProgress?: ((progress: StepProgress) => void) | undefined;
  /** Throws when the migration is to stop. */
  readonly checkInterrupt?: (() => void) | undefined;
  /** Called before each statement that changes something. */
  readonly statement?: ((sql: string) => void) | undefined;
}

export interface StepProgress extends RunProgress {
  readonly step: Step;
}

/**
 * @param connection with foreign keys off, in a transaction begun with BEGIN IMMEDIATE
 * @throws {CovalentError} `MIGRATION_OVERTAKEN`, `MIGRATION_VIOLATION`, `MIGRATION_OBSTACLE`, `MIGRATION_NOT_EQUAL`
 */
export function runGroup(
  connection: DatabaseSync,
  plan: MigrationPlan,
  groupIndex: number,
  options: GroupOptions,
): void {
  const group = plan.groups[groupIndex];
  if (group === undefined) throw new RangeError(`the plan has no group ${groupIndex}`);
  let current = group.steps[0];
  const hooks: RunHooks = {
    checkInterrupt: options.checkInterrupt,
    statement: options.statement,
    onProgress: (progress) => {
      if (current !== undefined) options.onProgress?.({ ...progress, step: current });
    },
  };
  const run = sqlRun(connection, hooks);
  prepareConnection(connection);
  // Before the stamp: a trigger of a user's on the version table must not fire on it either.
  const objects = takeOff(run);
  stamp(run, group);
  openCarried(run);
  // Later groups find what earlier ones have left: nobody else writes while a plan runs.
  if (groupIndex === 0) forgetOwnerless(run);
  for (const step of group.steps) {
    current = step;
    applyStep(run, step, plan, group, options);
  }
  // Between the groups of a plan no other program comes in.
  if (groupIndex === plan.groups.length - 1) recordOwners(run);
  closeCarried(run);
  putBack(run, objects);
  connection.exec("PRAGMA ignore_check_constraints = OFF");
}

/**
 * With foreign keys on, DROP TABLE would delete the rows that refer to the table. A CHECK of a user's is kept, and no reason to lose a
 * row that was there before it: those of the history are settled by `settleViolations`.
 */
function prepareConnection(connection: DatabaseSync): void {
  const [row] = connection.prepare("PRAGMA foreign_keys").all();
  if (Number(row?.foreign_keys) !== 0 || !connection.isTransaction) {
    throw new Error("a migration needs a transaction on a connection with foreign keys off");
  }
  connection.exec("PRAGMA legacy_alter_table = ON; PRAGMA ignore_check_constraints = ON");
}

function applyStep(
  run: SqlRun,
  step: Step,
  plan: MigrationPlan,
  group: StepGroup,
  options: GroupOptions,
): void {
  const { revision, direction } = step;
  if (revision.own && direction === "downgrade") {
    run.run("DELETE FROM covalent_schema WHERE revision = :revision", { revision: revision.id });
  }
  settleViolations(run, plan, plan.steps.indexOf(step), options.onViolation, options);
  let schema = step.schema;
  for (const operation of revision[direction]) {
    carryOut(run, schema, withoutPassing(operation, group.passing));
    schema = applyToSchema(schema, operation);
  }
  returnQuarantined(run, step);
  if (revision.own && direction === "upgrade") recordOwn(run, revision.id);
}

/** The operation without the constraints that a later step of the group lifts again. */
function withoutPassing(operation: Operation, passing: readonly PassingConstraint[]): Operation {
  if (operation.kind !== "alter-table") return operation;
  const here = passing.filter(({ table }) => table === operation.table);
  const passes = (kind: PassingConstraint["kind"], name: string) =>
    here.some(
      (one) => one.kind === kind && (kind === "not-null" ? one.columns.includes(name) : one.name === name),
    );
  const { alterColumns = [], addConstraints = [] } = operation;
  return {
    ...operation,
    alterColumns: alterColumns.filter(({ name, notNull }) => !(notNull && passes("not-null", name))),
    addConstraints: addConstraints.filter(
      (constraint) =>
        !(
          (constraint.kind === "unique" || constraint.kind === "check") &&
          passes(constraint.kind, constraint.name)
        ),
    ),
  };
}

function recordOwn(run: SqlRun, revision: string): void {
  run.run(
    "INSERT OR REPLACE INTO covalent_schema (revision, program_version, applied_at) VALUES (:revision, :version, :at)",
    { revision, version: VERSION, at: new Date().toISOString() },
  );
}

function stamp(run: SqlRun, group: StepGroup): void {
  if (writeVersion(run, group) !== 1) {
    throw new CovalentError("MIGRATION_OVERTAKEN", { revision: group.from ?? "(empty)" });
  }
}

function writeVersion(run: SqlRun, { from, to }: StepGroup): number {
  if (to === null) return run.run("DELETE FROM alembic_version WHERE version_num = :from", { from });
  if (from !== null) {
    return run.run("UPDATE alembic_version SET version_num = :to WHERE version_num = :from", { to, from });
  }
  run.run(`CREATE TABLE IF NOT EXISTS alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)`);
  return run.run(
    "INSERT INTO alembic_version (version_num) SELECT :to WHERE NOT EXISTS (SELECT 1 FROM alembic_version)",
    { to },
  );
}
