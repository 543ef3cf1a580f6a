import { rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import { openUnchanging } from "../dialects/sqlite/look.ts";
import { type CopyProgress, copyDatabase } from "../dialects/sqlite/online-backup.ts";
import { type Contents, contentsOf, corruptionOf, differenceBetween } from "./contents.ts";
import { createFile, publishFile } from "./durable-files.ts";
import { ownerName } from "./partial-files.ts";

const PERMISSIONS = 0o777;
const PRIVATE_FILE = 0o600;

export interface BackupRequest {
  /** Through which the database is read. */
  readonly source: DatabaseSync;
  /** The database's file, whose permissions the backup gets. */
  readonly path: string;
  /** The backup's file. */
  readonly target: string;
  readonly owner?: string;
  readonly progress?: CopyProgress;
  /** For a source that does not notice when others write: false when they have. */
  readonly isCurrent?: () => boolean;
}

/**
 * Makes a backup while others may go on using the database, reads it through from end to end, and returns when it is on the disk
 * under its name.
 *
 * If the process dies meanwhile there is no backup of that name.
 *
 * @throws {CovalentError} `BACKUP_FAILED`, `DATABASE_CHANGED`; whatever `progress` throws
 */
export async function createBackup(request: BackupRequest): Promise<Contents> {
  const { source, path, target, owner = ownerName(), progress, isCurrent = () => true } = request;
  const partial = `${target}.${owner}.partial`;
  try {
    createFile(partial, PRIVATE_FILE);
    const contents = await copyOneState(source, partial, progress);
    if (!isCurrent()) {
      throw new CovalentError("DATABASE_CHANGED", { path, reason: "it was written to during the backup" });
    }
    // What is interrupted here has no backup yet, and need not wait for the check of all that was copied.
    progress?.(1, 1);
    verifyCopy(partial, contents, target);
    publishFile(partial, target, permissionsOf(path));
    return contents;
  } catch (error) {
    rmSync(partial, { force: true });
    rmSync(`${partial}-journal`, { force: true });
    throw error;
  }
}

/** Copies and counts in one transaction: what others commit meanwhile is in neither. */
async function copyOneState(
  source: DatabaseSync,
  target: string,
  progress?: CopyProgress,
): Promise<Contents> {
  source.exec("BEGIN");
  try {
    const contents = contentsOf(source);
    await copyDatabase(source, target, progress);
    return contents;
  } finally {
    source.exec("ROLLBACK");
  }
}

/** @throws {CovalentError} `BACKUP_FAILED` when the copy is damaged or holds something else than the original. */
function verifyCopy(copy: string, expected: Contents, target: string): void {
  const connection = openUnchanging(copy);
  try {
    const problem = corruptionOf(connection)[0] ?? differenceBetween(expected, contentsOf(connection));
    if (problem !== undefined) {
      throw new CovalentError("BACKUP_FAILED", { file: target, directory: dirname(target), reason: problem });
    }
  } finally {
    connection.close();
  }
}

function permissionsOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? PRIVATE_FILE : stats.mode & PERMISSIONS;
}
