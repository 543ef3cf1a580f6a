import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { messageOf } from "../dialects/sqlite/fault.ts";
import type { Look } from "../dialects/sqlite/look.ts";
import { backupsDirectory, newBackupPath, removeOldBackups } from "../maintenance/backup-files.ts";
import { createBackup } from "../maintenance/create-backup.ts";
import type { WorkOptions } from "../maintenance/observer.ts";
import { ownerName, removeLeftOversOf } from "../maintenance/partial-files.ts";
import { beginWriting } from "../maintenance/write-lock.ts";
import { type Diagnosis, diagnose } from "./diagnosis.ts";
import { counted, type Finding } from "./finding.ts";
import { lookedAt } from "./looked-at.ts";

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
  return await lookedAt(path, ({ connection }) => planOf(path, diagnose(connection)));
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

const BACKUPS_KEPT = 10;

/**
 * Mends a database, in one transaction and after a backup. If the process dies, the file is what it was.
 *
 * @throws {CovalentError} as {@link planRepair}; `DATABASE_REFUSED` when something has to be decided first or the database would not
 * be sound afterwards, `DATABASE_IN_USE`, `DATABASE_CHANGED`, `NOT_CONFIRMED`, `BACKUP_FAILED`: the file was not touched
 */
export async function applyRepair(options: WorkOptions): Promise<RepairOutcome> {
  const { path, serverRunning, confirm } = options;
  const server = serverRunning?.();
  if (server !== undefined)
    throw new CovalentError("DATABASE_IN_USE", { path, pid: server.pid, url: server.url });
  removeLeftOversOf(path, backupsDirectory(path), ownerName());
  return await lookedAt(path, async (look) => {
    const plan = planOf(path, diagnose(look.connection));
    const { findings, statements, revision } = plan;
    const decision = findings.find(({ severity }) => severity === "refuse");
    if (decision !== undefined)
      throw new CovalentError("DATABASE_REFUSED", { path, reason: decision.what, advice: decision.action });
    if (statements.length === 0) return { path, revision, backup: null, findings, statements };
    if (!((await confirm?.(question(plan))) ?? false)) throw new CovalentError("NOT_CONFIRMED");
    const backup = await mend(look, plan, options);
    return { path, revision, backup, findings, statements };
  });
}

/** Each statement that is run, in the transaction that begins before the backup and ends when the database is sound. */
async function mend(
  look: Look,
  plan: RepairPlan,
  { path, report, backupsKept }: WorkOptions,
): Promise<string> {
  const connection = openForMigration(path);
  try {
    beginWriting(connection, path);
    if (!look.isCurrent())
      throw new CovalentError("DATABASE_CHANGED", { path, reason: "it is not what it was" });
    const target = newBackupPath(path, plan.revision ?? "empty");
    await createBackup({ source: look.connectionForBackup(), path, target });
    report.backup(target);
    for (const { what } of plan.findings) report.step(`Repairing: ${what}`);
    for (const sql of plan.statements) connection.exec(sql);
    refuseUnsound(path, connection);
    connection.exec("COMMIT");
    removeOldBackups(path, backupsKept ?? BACKUPS_KEPT, target);
    return target;
  } catch (error) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    if (error instanceof CovalentError) throw error;
    const advice =
      "The file was not changed: what had been done was rolled back. Restore a backup: `covalent db restore latest`.";
    throw new CovalentError("DATABASE_REFUSED", { path, reason: messageOf(error), advice }, { cause: error });
  } finally {
    connection.close();
  }
}

/** What was mended must be mended: else nothing is committed. */
function refuseUnsound(path: string, connection: DatabaseSync): void {
  const left = diagnose(connection).findings.find(({ severity }) => severity !== "note");
  if (left === undefined) return;
  const reason = `it would not be sound afterwards: ${left.what}`;
  throw new CovalentError("DATABASE_REFUSED", {
    path,
    reason,
    advice: "The file was not changed. Restore a backup: `covalent db restore latest`.",
  });
}

function question({ path, findings, statements }: RepairPlan): string {
  return `Repair ${path}: ${counted(statements.length, "statement")} for ${counted(findings.length, "finding")}, after a backup?`;
}
