import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

/**
 * The files that SQLite keeps beside a database. They belong to it: a `-wal` or a hot `-journal` that lies beside another file of
 * the same name is replayed onto that one.
 *
 * No function here may be called while this process has a connection to the database: closing any descriptor of a file drops all
 * locks that the process holds on it (POSIX), SQLite's too.
 */
export const SIDE_FILES = ["-journal", "-wal", "-shm"] as const;

/** Begins a rollback journal that is to be played back. A finished one is deleted, empty, or has zeros here. */
const JOURNAL_MAGIC = Buffer.from("d9d505f920a163d7", "hex");
/** The header's byte 18 is the version for writing: 2 is WAL. */
const WRITE_VERSION = 18;
const WAL_VERSION = 2;

/** How a database file lies there: what it takes to look at it without leaving a trace. */
export type Resting =
  /** No file. */
  | "absent"
  /** Reading it changes nothing. */
  | "plain"
  /** In WAL mode, with nothing in the log: a connection would leave `-wal` and `-shm` behind. */
  | "quiet-wal"
  /** It has a log or a journal that the next connection has to play back first. */
  | "unfinished";

export function restingState(path: string): Resting {
  if (!existsSync(path)) return "absent";
  if (firstBytes(`${path}-journal`, JOURNAL_MAGIC.length).equals(JOURNAL_MAGIC)) return "unfinished";
  const isWal = firstBytes(path, WRITE_VERSION + 1)[WRITE_VERSION] === WAL_VERSION;
  if (sizeOf(`${path}-wal`) === 0) return isWal ? "quiet-wal" : "plain";
  // Where -shm is there as well, a reader changes neither file; without it, it would make one.
  return existsSync(`${path}-shm`) ? "plain" : "unfinished";
}

/** Bytes of a file; 0 when it is absent. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function firstBytes(path: string, count: number): Buffer {
  if (sizeOf(path) === 0) return Buffer.alloc(0);
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } finally {
    closeSync(file);
  }
}
