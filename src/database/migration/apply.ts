import type { Step } from "./history.ts";
import type { Operation } from "./operations.ts";
import { applyToSchema, type Schema } from "./schema.ts";

/**
 * Carries out the steps of a plan.
 *
 * A step begins with the row that names the revision: the row must be there and say where the step starts, else somebody else
 * was faster and nothing happens. If the process dies, or a statement fails, the transaction is rolled back: a database is always
 * at a revision, never between two.
 */

/** A database whose schema is changed: how a dialect runs statements and makes them of operations. */
export interface MigrationTarget {
  /** Runs one statement and says how many rows it changed. */
  run(sql: string, parameters?: readonly string[]): Promise<number>;
  /** Runs `work` in one transaction that no other writer can be in. */
  transaction(work: () => Promise<void>): Promise<void>;
  statementsFor(schema: Schema, operation: Operation): readonly string[];
}

export interface ApplyOptions {
  /** Recorded with each revision of our own. */
  readonly programVersion: string;
  /**
   * `one-transaction` for a new database: killed half-way it is empty again, and not an old one that wants to be upgraded.
   * `each` commits every revision for itself.
   */
  readonly commit: "each" | "one-transaction";
}

export async function applySteps(
  target: MigrationTarget,
  steps: readonly Step[],
  options: ApplyOptions,
): Promise<void> {
  const groups = options.commit === "each" ? steps.map((step) => [step]) : [steps];
  for (const group of groups) {
    await target.transaction(async () => {
      for (const step of group) await applyStep(target, step, options.programVersion);
    });
  }
}

async function applyStep(target: MigrationTarget, step: Step, programVersion: string): Promise<void> {
  await stamp(target, step);
  const { revision } = step;
  if (revision.own && step.direction === "downgrade") {
    await target.run("DELETE FROM covalent_schema WHERE revision = ?", [revision.id]);
  }
  let schema = step.schema;
  for (const operation of revision[step.direction]) {
    for (const statement of target.statementsFor(schema, operation)) await target.run(statement);
    schema = applyToSchema(schema, operation);
  }
  if (revision.own && step.direction === "upgrade") {
    await target.run("INSERT INTO covalent_schema (revision, program_version, applied_at) VALUES (?, ?, ?)", [
      revision.id,
      programVersion,
      new Date().toISOString(),
    ]);
  }
}

async function stamp(target: MigrationTarget, step: Step): Promise<void> {
  const changed = await writeVersion(target, step);
  if (changed !== 1) {
    throw new Error(`the database is not at revision ${step.from}: another program has changed it meanwhile`);
  }
}

async function writeVersion(target: MigrationTarget, { from, to }: Step): Promise<number> {
  if (to === null) return await target.run("DELETE FROM alembic_version WHERE version_num = ?", [from ?? ""]);
  if (from !== null) {
    return await target.run("UPDATE alembic_version SET version_num = ? WHERE version_num = ?", [to, from]);
  }
  await target.run(`CREATE TABLE IF NOT EXISTS alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)`);
  return await target.run(
    "INSERT INTO alembic_version (version_num) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM alembic_version)",
    [to],
  );
}
