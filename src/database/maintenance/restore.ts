import { resolve } from "node:path";
import { BACKUPS_KEPT } from "./backup-files.ts";
import type { WorkOptions } from "./observer.ts";
import type { RestoreOutcome } from "./restore-run.ts";
import { inThread } from "./thread.ts";

export interface RestoreOptions extends WorkOptions {
  /** A backup's file, or `latest`. */
  readonly from: string;
}

/**
 * Makes a backup the database again. The backup is read through first; what it replaces becomes a backup itself. Others may have
 * the database open, but nothing may write to it: they see the old content until the end, then the new. Asks before it replaces
 * anything.
 *
 * @throws {CovalentError} `BACKUP_NOT_FOUND`, `BACKUP_UNUSABLE`, `DATABASE_IN_USE`, `DATABASE_BUSY`, `DATABASE_READ_ONLY`,
 * `NOT_CONFIRMED`, `BACKUP_FAILED`: the database was not touched
 * @example
 * const { restored, kept } = await restoreDatabase({ path: "/home/me/dispatcher_db.sqlite", from: "latest", report: NOBODY, confirm: async () => true });
 */
export function restoreDatabase(options: RestoreOptions): Promise<RestoreOutcome> {
  const { path, from, backupsKept = BACKUPS_KEPT } = options;
  const request = { path: resolve(path), from: from === "latest" ? null : resolve(from), backupsKept };
  return inThread("restore", request, options);
}
