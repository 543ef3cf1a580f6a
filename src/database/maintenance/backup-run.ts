import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { isDiskFull, isWriteRefused, messageOf } from "../dialects/sqlite/fault.ts";
import { openLook } from "../dialects/sqlite/look.ts";
import { backupsDirectory, newBackupPath } from "./backup-files.ts";
import { revisionsIn } from "./contents.ts";
import { createBackup } from "./create-backup.ts";
import { explainWork } from "./failure.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import { partialFile, removeLeftOversOf } from "./partial-files.ts";
import { nearestDirectory, refuseUnreadable, refuseUnwritable } from "./refusals.ts";
import { bytesOf, refuseWithoutRoom } from "./room.ts";
import type { Surroundings } from "./surroundings.ts";
import { tidyBackups } from "./tidy-backups.ts";

export interface BackupRequest {
  readonly path: string;
  /** `null`: among the other backups. */
  readonly file: string | null;
  readonly backupsKept: number;
}

export interface BackupOutcome {
  readonly path: string;
  /** `null` when the database names none. */
  readonly revision: string | null;
  /** Bytes. */
  readonly size: number;
}

/** Makes a backup; see `backupDatabase`. */
export async function runBackup(request: BackupRequest, around: Surroundings): Promise<BackupOutcome> {
  const { path } = request;
  try {
    refuseUnreadable(path);
    if (!existsSync(path)) throw new CovalentError("DATABASE_NOT_FOUND", { path });
    refuseTaken(request.file);
    if (request.file === null) refuseUnwritable(path, backupsDirectory(path));
    else refuseUnwritableTarget(request.file);
    removeLeftOversOf(path, backupsDirectory(path), around.owner);
    refuseWithoutRoom(request.file ?? path, bytesOf(path), around);
    return await backUp(request, around);
  } catch (error) {
    throw aboutTarget(error, request.file) ?? explainWork(error, path, "The database was not touched.");
  }
}

/** A fault of the place that the user has named, as an error about that place and not about the database. */
function aboutTarget(error: unknown, file: string | null): CovalentError | undefined {
  const isItsDisk =
    isDiskFull(error) || isWriteRefused(error) || (error instanceof Error && "syscall" in error);
  if (file === null || !isItsDisk) return undefined;
  const reason = isDiskFull(error) ? "the disk is full" : messageOf(error);
  return new CovalentError("BACKUP_FAILED", { file, directory: dirname(file), reason }, { cause: error });
}

async function backUp(
  { path, file, backupsKept }: BackupRequest,
  around: Surroundings,
): Promise<BackupOutcome> {
  const look = openLook(path, partialFile(path, "look", around.owner));
  try {
    const [revision = null] = revisionsIn(look.connection);
    const target = file ?? newBackupPath(path, revision ?? "empty");
    await createBackup({
      source: look.connection,
      path,
      target,
      owner: around.owner,
      progress(done, total) {
        stopWhenInterrupted(around);
        around.report.progress({ label: "Making a backup", done, total });
      },
      isCurrent: () => look.isLive || look.isCurrent(),
    });
    around.report.backup(target);
    if (file === null) tidyBackups(path, backupsKept, around.report, target);
    return { path: target, revision, size: statSync(target).size };
  } finally {
    look.close();
  }
}

/** @throws {CovalentError} `BACKUP_FAILED` */
function refuseUnwritableTarget(file: string): void {
  try {
    accessSync(nearestDirectory(dirname(file)), constants.W_OK);
  } catch (error) {
    throw aboutTarget(error, file) ?? error;
  }
}

/** @throws {CovalentError} `BACKUP_FAILED` */
function refuseTaken(file: string | null): void {
  if (file === null || !existsSync(file)) return;
  const reason = statSync(file).isDirectory()
    ? "it is a directory; name a file in it"
    : "there is a file of that name, and nothing is overwritten";
  throw new CovalentError("BACKUP_FAILED", { file, directory: dirname(file), reason });
}
