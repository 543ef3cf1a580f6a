import { resolve } from "node:path";
import { BACKUPS_KEPT } from "./backup-files.ts";
import type { WorkOptions } from "./observer.ts";
import type { ResetOutcome } from "./reset-run.ts";
import { inThread } from "./thread.ts";

/**
 * The last resort: keeps the database as a backup, whatever state it is in, and puts an empty one at head in its place. Asks first.
 *
 * @throws {CovalentError} `DATABASE_IN_USE`, `DATABASE_BUSY`, `DATABASE_READ_ONLY`, `NOT_CONFIRMED`, `BACKUP_FAILED`: the database was
 * not touched
 */
export function resetDatabase(options: WorkOptions): Promise<ResetOutcome> {
  const { path, backupsKept = BACKUPS_KEPT } = options;
  return inThread("reset", { path: resolve(path), backupsKept }, options);
}
