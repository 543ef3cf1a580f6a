import { resolve } from "node:path";
import { BACKUPS_KEPT } from "./backup-files.ts";
import type { BackupOutcome } from "./backup-run.ts";
import type { WorkOptions } from "./observer.ts";
import { inThread } from "./thread.ts";

export interface BackupOptions extends WorkOptions {
  /** Where it is to be; among the other backups unless told. The file must not exist. */
  readonly file?: string;
}

/**
 * Makes a verified backup of a database, which may be in use.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_UNUSABLE`, `DATABASE_BUSY`, `DATABASE_CHANGED`, `BACKUP_FAILED`
 * @example
 * await backupDatabase({ path: "/home/me/dispatcher_db.sqlite", report: NOBODY });
 * // { path: "/home/me/backups/dispatcher_db-20261123T120000Z-7b40a55c0752.sqlite", revision: "7b40a55c0752", size: 413696 }
 */
export function backupDatabase(options: BackupOptions): Promise<BackupOutcome> {
  const { path, file, backupsKept = BACKUPS_KEPT } = options;
  const request = { path: resolve(path), file: file === undefined ? null : resolve(file), backupsKept };
  return inThread("backup", request, options);
}
