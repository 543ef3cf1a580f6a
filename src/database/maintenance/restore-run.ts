import { existsSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { faultKind, messageOf } from "../dialects/sqlite/fault.ts";
import { type Look, openLook } from "../dialects/sqlite/look.ts";
import { copyDatabase, isTargetBusy } from "../dialects/sqlite/online-backup.ts";
import { sizeOf } from "../dialects/sqlite/side-files.ts";
import { backupsDirectory, DAMAGED, listBackups } from "./backup-files.ts";
import { contentsOf, corruptionOf, differenceBetween, revisionsIn } from "./contents.ts";
import { createFile, syncDirectory } from "./durable-files.ts";
import { explainWork } from "./failure.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import { partialFile, removeLeftOversOf } from "./partial-files.ts";
import { refuseReadOnly, refuseRunningServer, refuseUnreadable } from "./refusals.ts";
import { type Kept, keepReplaced, replaceFile } from "./replacement.ts";
import { bytesOf, refuseWithoutRoom } from "./room.ts";
import type { Surroundings } from "./surroundings.ts";
import { tidyBackups } from "./tidy-backups.ts";

export interface RestoreRequest {
  readonly path: string;
  /** `null`: the newest backup. */
  readonly from: string | null;
  readonly backupsKept: number;
}

export interface RestoreOutcome {
  readonly path: string;
  /** The backup that is the database now. */
  readonly restored: string;
  /** Its revision; `null` when it names none. */
  readonly revision: string | null;
  /** The backup of what was replaced; `null` when there was nothing. */
  readonly kept: string | null;
}

/** Restores a backup; see `restoreDatabase`. */
export async function runRestore(request: RestoreRequest, around: Surroundings): Promise<RestoreOutcome> {
  const { path, backupsKept } = request;
  let kept: Kept | undefined;
  let isReplaced = false;
  try {
    await refuseRunningServer(path, around);
    refuseUnreadable(path);
    refuseReadOnly(path);
    removeLeftOversOf(path, backupsDirectory(path), around.owner);
    const file = chosenBackup(request);
    // What is there is kept, and what it becomes is written beside it or into its journal.
    refuseWithoutRoom(path, bytesOf(path) + Math.max(bytesOf(path), bytesOf(file)), around);
    const backup = openBackup(file, path, around);
    try {
      await confirm(file, path, backup, around);
      kept = await keepReplaced(path, around);
      await putInPlace(backup, path, kept, around, () => {
        isReplaced = true;
      });
      const { revisions } = contentsOf(backup.connection);
      if (kept.backup !== null) tidyBackups(path, backupsKept, around.report, kept.backup, file);
      return { path, restored: file, revision: revisions[0] ?? null, kept: kept.backup };
    } finally {
      backup.close();
    }
  } catch (error) {
    throw explainWork(error, path, stateOf(kept, isReplaced));
  }
}

/** @throws {CovalentError} `BACKUP_NOT_FOUND`, `BACKUP_UNUSABLE` */
function chosenBackup({ path, from }: RestoreRequest): string {
  const file = from ?? newestSound(path);
  if (!existsSync(file)) throw new CovalentError("BACKUP_NOT_FOUND", { file });
  if (existsSync(path) && realpathSync(file) === realpathSync(path))
    throw new CovalentError("BACKUP_UNUSABLE", { file, reason: "it is the database itself" });
  return file;
}

/** @throws {CovalentError} `BACKUP_NOT_FOUND`, `BACKUP_UNUSABLE` where all that is kept was damaged already */
function newestSound(path: string): string {
  const backups = listBackups(path);
  const sound = backups.find(({ revision }) => revision !== DAMAGED);
  if (sound !== undefined) return sound.path;
  const [damaged] = backups;
  if (damaged === undefined)
    throw new CovalentError("BACKUP_NOT_FOUND", { file: `in ${backupsDirectory(path)}` });
  const reason =
    "it is what was kept of a database that could not be read, so `latest` passes it over, and there is no other backup. SQLite's `.recover` can save what is readable in it";
  throw new CovalentError("BACKUP_UNUSABLE", { file: damaged.path, reason });
}

/** Where nothing is replaced, nothing is asked. @throws {CovalentError} `NOT_CONFIRMED` */
async function confirm(file: string, path: string, backup: Look, around: Surroundings): Promise<void> {
  if (sizeOf(path) === 0) return;
  const [revision = "none"] = revisionsIn(backup.connection);
  const made =
    listBackups(path).find((one) => one.path === file)?.madeAt ?? statSync(file).mtime.toISOString();
  const changed = statSync(path).mtime.toISOString();
  const question = `Replace the database ${path} (last changed ${changed}) with the backup ${file} (of ${made}, revision ${revision})? What is in the database now is kept as a backup.`;
  if (!(await around.confirm(question))) throw new CovalentError("NOT_CONFIRMED");
}

/** Opens a backup and reads it through. @throws {CovalentError} `BACKUP_UNUSABLE` */
function openBackup(file: string, path: string, around: Surroundings): Look {
  let backup: Look | undefined;
  try {
    around.report.progress({ label: "Checking the backup", done: 0, total: 0 });
    backup = openLook(file, partialFile(path, "source", around.owner));
    const [problem] = corruptionOf(backup.connection);
    if (problem !== undefined) throw new Error(problem);
    if (Object.keys(contentsOf(backup.connection).rows).length === 0) throw new Error("it is empty");
    return backup;
  } catch (error) {
    backup?.close();
    if (faultKind(error) === "busy") throw error;
    throw new CovalentError("BACKUP_UNUSABLE", { file, reason: messageOf(error) }, { cause: error });
  }
}

/**
 * Writes a sound database through SQLite, in one transaction: never by copying over it, because a `-wal` or `-journal` that lies
 * beside it would be replayed onto what was copied. A file that SQLite cannot work on is replaced as a whole.
 */
async function putInPlace(
  backup: Look,
  path: string,
  { isSound }: Kept,
  around: Surroundings,
  onReplaced: () => void,
): Promise<void> {
  const target = isSound ? path : partialFile(path, "restore", around.owner);
  try {
    if (isSound) matchPageSize(backup, path);
    else createFile(target, 0o600);
    await copyDatabase(backup.connection, target, (done, total) => {
      stopWhenInterrupted(around);
      around.report.progress({ label: "Restoring", done, total });
    });
    if (isSound) onReplaced();
    verifyRestored(backup, target, around);
    if (!isSound) {
      replaceFile(target, path);
      onReplaced();
    }
    syncDirectory(dirname(path));
  } catch (error) {
    if (isTargetBusy(error)) throw new CovalentError("DATABASE_BUSY", { path }, { cause: error });
    throw error;
  } finally {
    if (!isSound) rmSync(target, { force: true });
  }
}

/** In WAL mode a database cannot take pages of another size. */
function matchPageSize(backup: Look, path: string): void {
  const connection = openForMigration(path);
  try {
    const size = (database: Look["connection"]): unknown =>
      database.prepare("PRAGMA page_size").get()?.page_size;
    if (size(connection) !== size(backup.connection)) connection.exec("PRAGMA journal_mode = DELETE");
  } finally {
    connection.close();
  }
}

/** @throws {Error} when the database does not hold what the backup holds */
function verifyRestored(backup: Look, path: string, around: Surroundings): void {
  const look = openLook(path, partialFile(path, "look", around.owner));
  try {
    const difference =
      corruptionOf(look.connection)[0] ??
      differenceBetween(contentsOf(backup.connection), contentsOf(look.connection));
    if (difference !== undefined) throw new Error(`after the restore ${difference}`);
  } finally {
    look.close();
  }
}

function stateOf(kept: Kept | undefined, isReplaced: boolean): string {
  if (kept === undefined || kept.backup === null) return isReplaced ? "" : "The database was not touched.";
  if (isReplaced) return `What was there before is in ${kept.backup}.`;
  return `The database is what it was; there is a backup of it now: ${kept.backup}.`;
}
