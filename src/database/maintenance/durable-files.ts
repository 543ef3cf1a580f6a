import { closeSync, fchmodSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** Files that are still there, whole and under their name, after a power cut. */

/** Makes an empty file that only those who may read the database can read. It must not exist. */
export function createFile(path: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, "wx", mode);
  try {
    // The process's umask took bits away.
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

/**
 * Gives a complete file its permissions and its name, and returns when all is on the disk.
 *
 * If the process dies before the link there is a `.partial` file, which the next run removes; after it, the file is complete.
 *
 * @throws when the name is taken: nothing is overwritten
 */
export function publishFile(partial: string, path: string, mode?: number): void {
  syncFile(partial, mode);
  try {
    linkSync(partial, path);
    rmSync(partial);
  } catch (error) {
    // Some file systems have no links. They have no way to name a file without overwriting either, but the name was free.
    if (codeOf(error) === "EEXIST") throw error;
    renameSync(partial, path);
  }
  syncDirectory(dirname(path));
}

export function syncFile(path: string, mode?: number): void {
  const file = openSync(path, "r+");
  try {
    // Through what is open already: a file that is read-only from here on could not be opened to be synced.
    if (mode !== undefined) fchmodSync(file, mode);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A file's name is in its directory, and that is written for itself. */
export function syncDirectory(directory: string): void {
  const file = openSync(directory, "r");
  try {
    fsyncSync(file);
  } catch (error) {
    // Not every file system can: then there is nothing to wait for.
    if (codeOf(error) !== "EINVAL" && codeOf(error) !== "EPERM") throw error;
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
