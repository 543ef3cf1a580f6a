import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { isDiskFull, messageOf } from "../dialects/sqlite/fault.ts";
import type { Look } from "../dialects/sqlite/look.ts";
import { type CopyProgress, copyDatabase } from "../dialects/sqlite/online-backup.ts";
import { backupsDirectory, newBackupPath } from "../maintenance/backup-files.ts";
import { createBackup } from "../maintenance/create-backup.ts";
import { createFile, publishFile } from "../maintenance/durable-files.ts";
import { explainWork } from "../maintenance/failure.ts";
import { Interrupted, stopWhenInterrupted } from "../maintenance/interruption.ts";
import type { WorkOptions } from "../maintenance/observer.ts";
import {
  ownerName,
  partialFile,
  removeDatabaseFile,
  removeLeftOversOf,
} from "../maintenance/partial-files.ts";
import { refuseReadOnly } from "../maintenance/refusals.ts";
import { tidyBackups } from "../maintenance/tidy-backups.ts";
import { beginWriting } from "../maintenance/write-lock.ts";
import { lookedAt } from "./looked-at.ts";

/** A change of a database that a person has asked for. */
export interface Mending {
  /** Names the backup; `null` for a database whose revision is unknown. */
  readonly revision: string | null;
  /** Asked before anything is done. */
  readonly question: string;
  /** False for a database whose backup cannot be found sound, because it is not. */
  readonly soundBefore: boolean;
  /** Makes the change, in a transaction. What it throws undoes it. */
  change(connection: DatabaseSync): void;
}

const BACKUPS_KEPT = 10;
const PRIVATE_FILE = 0o600;

/**
 * Looks at a database and changes what has to be changed, in one transaction that begins before the backup: nobody can write in
 * between. If the process dies, the file is what it was.
 *
 * @param examine says what to do, or `undefined` when there is nothing
 * @returns the path of the backup; `null` when there was nothing to do
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_IN_USE`, `DATABASE_BUSY`, `DATABASE_CHANGED`, `NOT_CONFIRMED`, `BACKUP_FAILED`,
 * `DATABASE_REFUSED` when the change cannot be made: each time the file is as it was
 */
export async function mend(
  options: WorkOptions,
  examine: (look: Look) => Mending | undefined,
): Promise<string | null> {
  const { path, serverRunning, confirm } = options;
  const server = serverRunning?.();
  if (server !== undefined)
    throw new CovalentError("DATABASE_IN_USE", { path, pid: server.pid, url: server.url });
  refuseReadOnly(path);
  removeLeftOversOf(path, backupsDirectory(path), ownerName());
  return await lookedAt(path, async (look) => {
    const mending = examine(look);
    if (mending === undefined) return null;
    if (!((await confirm?.(mending.question)) ?? false)) throw new CovalentError("NOT_CONFIRMED");
    return await changeUnderLock(look, mending, options);
  });
}

async function changeUnderLock(look: Look, mending: Mending, options: WorkOptions): Promise<string> {
  const { path, report, backupsKept, signal } = options;
  const around = { interrupted: () => signal?.aborted === true };
  const connection = openForMigration(path);
  try {
    beginWriting(connection, path);
    if (!look.isCurrent())
      throw new CovalentError("DATABASE_CHANGED", { path, reason: "it is not what it was" });
    const target = newBackupPath(path, mending.revision ?? "unknown");
    const source = look.connectionForBackup();
    const progress: CopyProgress = (done, total) => {
      stopWhenInterrupted(around);
      report.progress({ label: "Making a backup", done, total });
    };
    await (mending.soundBefore
      ? createBackup({ source, path, target, progress })
      : keepAsItIs(source, target, progress));
    report.backup(target);
    stopWhenInterrupted(around);
    mending.change(connection);
    connection.exec("COMMIT");
    tidyBackups(path, backupsKept ?? BACKUPS_KEPT, report, target);
    return target;
  } catch (error) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    if (error instanceof CovalentError) throw error;
    const asItWas = "The file is as it was: what had been done was rolled back.";
    if (error instanceof Interrupted || isDiskFull(error)) throw explainWork(error, path, asItWas);
    const advice = `${asItWas} \`covalent db doctor\` says more.`;
    throw new CovalentError("DATABASE_REFUSED", { path, reason: messageOf(error), advice }, { cause: error });
  } finally {
    connection.close();
  }
}

/** A backup of a database that is known not to be sound. */
async function keepAsItIs(source: DatabaseSync, target: string, progress: CopyProgress): Promise<void> {
  const partial = partialFile(target, "backup", ownerName());
  try {
    createFile(partial, PRIVATE_FILE);
    await copyDatabase(source, partial, progress);
    publishFile(partial, target);
  } catch (error) {
    removeDatabaseFile(partial);
    throw error;
  }
}
