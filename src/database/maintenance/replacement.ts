import { copyFileSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { faultKind } from "../dialects/sqlite/fault.ts";
import { openLook, playBack } from "../dialects/sqlite/look.ts";
import { SIDE_FILES, sizeOf } from "../dialects/sqlite/side-files.ts";
import { DAMAGED, newBackupPath } from "./backup-files.ts";
import { corruptionOf, revisionsIn } from "./contents.ts";
import { createBackup } from "./create-backup.ts";
import { createFile, publishFile, syncDirectory, syncFile } from "./durable-files.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import { partialFile } from "./partial-files.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Putting something else in the place of a database without losing what was there: it becomes a backup first, a sound one through
 * SQLite, a damaged one byte by byte with the files beside it.
 */
export interface Kept {
  /** The backup of what was there; `null` when there was nothing. */
  readonly backup: string | null;
  /** False for a file that SQLite cannot work on: it can only be replaced as a whole. */
  readonly isSound: boolean;
}

/**
 * Keeps what is at `path`. Afterwards a sound database has no unfinished work of ended programs any more.
 *
 * @throws {CovalentError} `BACKUP_FAILED`, `DATABASE_CHANGED`
 */
export async function keepReplaced(path: string, around: Surroundings): Promise<Kept> {
  if (sizeOf(path) === 0) return { backup: null, isSound: false };
  if (!isSound(path, around)) return { backup: keepBytes(path, around), isSound: false };
  // A backup has all of it before anything is changed.
  const backup = await keepSound(path, around);
  playBack(path);
  return { backup, isSound: true };
}

/**
 * Puts a finished file in the place of a database that has been kept.
 *
 * The files beside the old one go first: left there, they would be replayed onto the new one. If the process dies after that, the
 * old file lies there without them, and the backup has it with them.
 */
export function replaceFile(fresh: string, path: string): void {
  syncFile(fresh);
  for (const suffix of SIDE_FILES) rmSync(path + suffix, { force: true });
  renameSync(fresh, path);
  syncDirectory(dirname(path));
}

function isSound(path: string, around: Surroundings): boolean {
  try {
    const look = openLook(path, partialFile(path, "look", around.owner));
    try {
      return corruptionOf(look.connection).length === 0;
    } finally {
      look.close();
    }
  } catch (error) {
    if (faultKind(error) === "busy") throw error;
    return false;
  }
}

async function keepSound(path: string, around: Surroundings): Promise<string> {
  const look = openLook(path, partialFile(path, "look", around.owner));
  try {
    const [revision = "empty"] = revisionsIn(look.connection);
    const target = newBackupPath(path, revision);
    await createBackup({
      source: look.connection,
      path,
      target,
      owner: around.owner,
      isCurrent: look.isCurrent,
      progress(done, total) {
        stopWhenInterrupted(around);
        around.report.progress({ label: "Keeping the present database as a backup", done, total });
      },
    });
    around.report.backup(target);
    return target;
  } finally {
    look.close();
  }
}

/** If the process dies meanwhile, the copies without their name are removed by the next run. */
function keepBytes(path: string, around: Surroundings): string {
  const target = newBackupPath(path, DAMAGED);
  const mode = statSync(path).mode & 0o777;
  // The files beside it first: when the backup has its name it is complete.
  for (const suffix of ["-journal", "-wal", ""]) {
    if (!existsSync(path + suffix)) continue;
    const partial = `${target}${suffix}.${around.owner}.partial`;
    createFile(partial, 0o600);
    copyFileSync(path + suffix, partial);
    publishFile(partial, target + suffix, mode);
  }
  around.report.backup(target);
  return target;
}
