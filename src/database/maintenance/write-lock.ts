import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import { messageOf, primaryCode } from "../dialects/sqlite/fault.ts";

/** Primary result codes of SQLite. */
const READ_ONLY = 8;
const CANNOT_OPEN = 14;
const BUSY = [5, 6];

/**
 * Begins a transaction that holds the write lock from its first instant: what is read in it cannot be changed by another.
 *
 * @throws {CovalentError} `DATABASE_BUSY` after the connection's patience; `DATABASE_READ_ONLY`
 */
export function beginWriting(connection: DatabaseSync, path: string): void {
  try {
    connection.exec("BEGIN IMMEDIATE");
  } catch (error) {
    throw lockError(error, path);
  }
}

/** A fault of locks and permissions as an error of ours; any other as it is. */
export function lockError(error: unknown, path: string): unknown {
  const code = primaryCode(error);
  if (code === undefined) return error;
  if (BUSY.includes(code)) return new CovalentError("DATABASE_BUSY", { path }, { cause: error });
  if (code === READ_ONLY || code === CANNOT_OPEN) {
    return new CovalentError("DATABASE_READ_ONLY", { path, reason: messageOf(error) }, { cause: error });
  }
  return error;
}
