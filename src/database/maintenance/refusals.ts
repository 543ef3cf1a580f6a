import { accessSync, constants, existsSync, lstatSync, readlinkSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { messageOf } from "../dialects/sqlite/fault.ts";
import { restingState } from "../dialects/sqlite/side-files.ts";
import type { Surroundings } from "./surroundings.ts";
import { beginWriting } from "./write-lock.ts";

/** Refusals that need no look into the database. Each leaves everything as it was. */

/** @throws {CovalentError} `DATABASE_IN_USE` */
export async function refuseRunningServer(path: string, around: Surroundings): Promise<void> {
  const server = await around.serverRunning();
  if (server === undefined) return;
  throw new CovalentError("DATABASE_IN_USE", { path, pid: server.pid, url: server.url });
}

/** @throws {CovalentError} `DATABASE_UNUSABLE` for what is no file, a link that leads nowhere, or cannot be read */
export function refuseUnreadable(path: string): void {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isFile()) throw new Error("it is not a file");
    if (stats !== undefined) accessSync(path, constants.R_OK);
    else refuseDanglingLink(path);
  } catch (error) {
    const advice = "Check the path and its permissions.";
    throw new CovalentError(
      "DATABASE_UNUSABLE",
      { path, reason: messageOf(error), advice },
      { cause: error },
    );
  }
}

/** A link that leads nowhere is no empty database: the disk that it leads to may not be there for the moment. */
function refuseDanglingLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  const target = resolve(dirname(path), readlinkSync(path));
  throw new Error(`it is a link to ${target}, which is not there`);
}

/** @throws {CovalentError} `DATABASE_READ_ONLY` */
export function refuseReadOnly(path: string): void {
  if (existsSync(path)) refuseUnwritable(path, path);
  refuseUnwritable(path, dirname(path));
}

/** For a place that work on the database writes to; the one above it, when it is not there yet. @throws {CovalentError} `DATABASE_READ_ONLY` */
export function refuseUnwritable(path: string, place: string): void {
  try {
    accessSync(nearestDirectory(place), constants.W_OK);
  } catch (error) {
    throw new CovalentError("DATABASE_READ_ONLY", { path, reason: messageOf(error) }, { cause: error });
  }
}

/**
 * Takes the write lock and lets go of it, so that a lock held by another program is met now and not after a long rehearsal.
 * Nothing is written. A database that would have to be played back first is left alone.
 *
 * @throws {CovalentError} `DATABASE_BUSY`, `DATABASE_READ_ONLY`
 */
export function refuseLocked(path: string): void {
  const resting = restingState(path);
  if (resting === "absent" || resting === "unfinished") return;
  const connection = openForMigration(path);
  try {
    beginWriting(connection, path);
    connection.exec("ROLLBACK");
  } finally {
    connection.close();
  }
}

/** The directory, or the one above it that is there. */
export function nearestDirectory(directory: string): string {
  const above = dirname(directory);
  return existsSync(directory) || above === directory ? directory : nearestDirectory(above);
}
