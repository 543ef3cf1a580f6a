import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import type { WorkOptions } from "../maintenance/observer.ts";
import { type Diagnosis, diagnose } from "./diagnosis.ts";
import { counted, type Finding } from "./finding.ts";
import { diagnosedFile } from "./looked-at.ts";
import { mend } from "./mend.ts";
import { runStatements } from "./run-statements.ts";

/** What `covalent db repair` would do. */
export interface RepairPlan {
  readonly path: string;
  /** The revision afterwards. */
  readonly revision: string | null;
  /** What is to be mended, and what only a person can decide; notes are left out. */
  readonly findings: readonly Finding[];
  /** In the order in which they would run. */
  readonly statements: readonly string[];
  /** False when something has to be decided first. */
  readonly possible: boolean;
}

export interface RepairOutcome {
  readonly path: string;
  readonly revision: string | null;
  /** The path of the backup; `null` when there was nothing to do. */
  readonly backup: string | null;
  /** What was mended. */
  readonly findings: readonly Finding[];
  readonly statements: readonly string[];
}

/**
 * Says how a database would be mended. Read-only.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_UNUSABLE`
 */
export async function planRepair(path: string): Promise<RepairPlan> {
  return planOf(path, await diagnosedFile(path));
}

/**
 * Mends a database, in one transaction and after a backup, and looks again before it commits.
 *
 * @throws {CovalentError} as {@link mend}; `DATABASE_REFUSED` when something has to be decided first or the database would not be
 * sound afterwards: the file was not touched
 */
export async function applyRepair(options: WorkOptions): Promise<RepairOutcome> {
  const { path, report } = options;
  let plan: RepairPlan = { path, revision: null, findings: [], statements: [], possible: true };
  const backup = await mend(options, ({ connection }) => {
    plan = planOf(path, diagnose(connection));
    refuseUndecided(plan);
    if (plan.statements.length === 0) return undefined;
    const { revision, findings, statements } = plan;
    return {
      revision,
      question: `Repair ${path}: ${counted(statements.length, "statement")} for ${counted(findings.length, "finding")}, after a backup?`,
      soundBefore: !findings.some(({ code }) => code === "INDEX_DAMAGED"),
      change(writable) {
        for (const { what } of findings) report.step(`Repairing: ${what}`);
        runStatements(writable, statements);
        refuseUnsound(path, writable);
      },
    };
  });
  const { revision, findings, statements } = plan;
  return { path, revision, backup, findings, statements };
}

function planOf(path: string, { revision, findings, repair }: Diagnosis): RepairPlan {
  const possible = !findings.some(({ severity }) => severity === "refuse");
  return {
    path,
    revision,
    findings: findings.filter(({ severity }) => severity !== "note"),
    statements: possible ? repair : [],
    possible,
  };
}

function refuseUndecided({ path, findings }: RepairPlan): void {
  const decision = findings.find(({ severity }) => severity === "refuse");
  if (decision === undefined) return;
  throw new CovalentError("DATABASE_REFUSED", { path, reason: decision.what, advice: decision.action });
}

/** What was mended must be mended: else nothing is committed. */
function refuseUnsound(path: string, connection: DatabaseSync): void {
  const left = diagnose(connection).findings.find(({ severity }) => severity !== "note");
  if (left === undefined) return;
  throw new CovalentError("DATABASE_REFUSED", {
    path,
    reason: `it would not be sound afterwards: ${left.what}`,
    advice: `The file is as it was. Restore a backup: \`covalent db restore latest\`.`,
  });
}
