import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import { openUnchanging } from "../dialects/sqlite/look.ts";
import { type CopyProgress, copyDatabase } from "../dialects/sqlite/online-backup.ts";
import { type Contents, contentsOf, corruptionOf, differenceBetween } from "./contents.ts";
import { createFile, publishFile } from "./durable-files.ts";
import { ownerName, removeDatabaseFile } from "./partial-files.ts";

const PERMISSIONS = 0o777;
const PRIVATE_FILE = 0o600;

export interface CopyRequest {
  /** Through which the database is read. */
  readonly source: DatabaseSync;
  /** The database's file, whose permissions the backup gets. */
  readonly path: string;
  /** The backup's file. */
  readonly target: string;
  readonly owner?: string;
  readonly progress?: CopyProgress;
}

export interface BackupRequest extends CopyRequest {
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
export async function createBackup(request: BackupRequest): Promise<void> {
  const { path, isCurrent = () => true } = request;
  const unnamed = await copyForBackup(request);
  try {
    if (!isCurrent()) {
      throw new CovalentError("DATABASE_CHANGED", { path, reason: "it was written to during the backup" });
    }
    unnamed.publish();
  } catch (error) {
    unnamed.remove();
    throw error;
  }
}

/** A backup that is complete and was read through, but has no name yet: it is not one. */
export interface UnnamedBackup {
  /** Gives it its name, and returns when all is on the disk. */
  publish(): void;
  remove(): void;
}

/** The first half of {@link createBackup}. */
export async function copyForBackup(request: CopyRequest): Promise<UnnamedBackup> {
  const { source, target, progress } = request;
  const unnamed = unnamedBackup(request);
  try {
    createFile(partialBackup(request), PRIVATE_FILE);
    const contents = await copyOneState(source, partialBackup(request), progress);
    // What is interrupted here has no backup yet, and need not wait for the check of all that was copied.
    progress?.(1, 1);
    verifyCopy(partialBackup(request), contents, target);
    return unnamed;
  } catch (error) {
    unnamed.remove();
    throw error;
  }
}

/** The copy that {@link copyForBackup} makes, for whoever knows that it has. */
export function unnamedBackup(request: Omit<CopyRequest, "source">): UnnamedBackup {
  const partial = partialBackup(request);
  return {
    publish: () => publishFile(partial, request.target, permissionsOf(request.path)),
    remove: () => removeDatabaseFile(partial),
  };
}

function partialBackup({ target, owner = ownerName() }: Pick<CopyRequest, "target" | "owner">): string {
  return `${target}.${owner}.partial`;
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
