import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SIDE_FILES } from "../dialects/sqlite/side-files.ts";

/**
 * Files that are made while work on a database is under way: copies to look at or to rehearse on, backups that are not complete.
 * They lie on the disk of the database (a temporary directory may be memory, and may be read by others), carry the process that
 * made them in their name, and are removed by the next one when it has died.
 */

/** Says which process a file belongs to: a pid alone may have been another's before. */
export function ownerName(): string {
  return `${process.pid}-${Math.round(performance.timeOrigin)}`;
}

/** @example partialFile("/d/db.sqlite", "rehearsal", "12-1700000000000"); // "/d/db.sqlite.rehearsal.12-1700000000000.partial" */
export function partialFile(path: string, purpose: string, owner: string): string {
  return `${path}.${purpose}.${owner}.partial`;
}

/** Removes a file and what SQLite keeps beside it. */
export function removeDatabaseFile(path: string): void {
  // The journal last: a database without its journal looks sound and is not.
  for (const suffix of ["", ...SIDE_FILES]) rmSync(path + suffix, { force: true });
}

/** Removes what ended processes have left in a directory of files that begin with `stem`, and says what. */
function removeLeftOvers(directory: string, stem: string, owner: string): string[] {
  const left = namesIn(directory).filter((name) => name.startsWith(stem) && isLeftOver(name, owner));
  for (const name of left) rmSync(join(directory, name), { force: true });
  return left.map((name) => join(directory, name));
}

/** The left-overs that belong to a database: beside it and among its backups. */
export function removeLeftOversOf(path: string, backups: string, owner: string): string[] {
  return [
    ...removeLeftOvers(dirname(path), `${basename(path)}.`, owner),
    ...removeLeftOvers(backups, "", owner),
  ];
}

function isLeftOver(name: string, owner: string): boolean {
  const [, made, pid] = /\.((\d+)-\d+)\.partial(?:-journal|-wal|-shm)?$/.exec(name) ?? [];
  if (made === undefined || made === owner) return false;
  return Number(pid) === process.pid || !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // No backups yet, or nothing that may be read: what else is wrong is said by whoever needs the directory.
    return [];
  }
}
