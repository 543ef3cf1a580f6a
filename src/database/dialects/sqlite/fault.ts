/** What went wrong in SQLite, as far as it decides what to do next. */
export type FaultKind =
  /** Another connection holds the lock: try again. */
  | "busy"
  /** The statement breaks a constraint or is wrong: trying again is no use, but others may go on. */
  | "statement"
  /** The database itself cannot be used: disk full, read-only, corrupt, I/O error. */
  | "database";

const BUSY = new Set([5, 6, 261, 262, 517]);
/** Primary codes: read-only, I/O error, corrupt, full, cannot open, not a database. */
const DATABASE = new Set([8, 10, 11, 13, 14, 26]);

/** The kind of a thrown error; `statement` for anything that is not the database's. */
export function faultKind(error: unknown): FaultKind {
  const code = errorCode(error);
  if (code === undefined) return "statement";
  if (BUSY.has(code)) return "busy";
  return DATABASE.has(code & 0xff) ? "database" : "statement";
}

/** SQLite's extended result code. */
function errorCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

/** SQLite's primary result code: 5 busy, 8 read-only, 11 corrupt, 13 full, ... `undefined` for errors that are not SQLite's. */
export function primaryCode(error: unknown): number | undefined {
  const code = errorCode(error);
  return code === undefined ? undefined : code & 0xff;
}

const FULL = 13;
/** The index of a log could not grow: SQLite reports that as an I/O error. */
const NO_ROOM_FOR_INDEX = 4874;

/** True when there was no room on the disk, as SQLite or the system says it. */
export function isDiskFull(error: unknown): boolean {
  if (primaryCode(error) === FULL || errorCode(error) === NO_ROOM_FOR_INDEX) return true;
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}

/** A write that the system refused: SQLite has a code of its own only for a full disk. */
const WRITE_REFUSED = 778;
const LIMITS: ReadonlySet<unknown> = new Set(["EDQUOT", "EFBIG"]);

/** True when the system takes no more bytes although the disk has room: a quota, a limit on the size of files, a failing disk. */
export function isWriteRefused(error: unknown): boolean {
  if (errorCode(error) === WRITE_REFUSED) return true;
  return error instanceof Error && "code" in error && LIMITS.has(error.code);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
