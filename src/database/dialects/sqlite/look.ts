import { type BigIntStats, chmodSync, copyFileSync, existsSync, rmSync, statSync } from "node:fs";
import { DatabaseSync, type DatabaseSyncOptions } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { restingState, SIDE_FILES, sizeOf } from "./side-files.ts";

/**
 * Looking at a database before anything is done to it, so that it can be refused and be just what it was.
 *
 * The connection cannot write. Where even a reader would leave files or play back a journal, the look is at the file as one that
 * does not change, or at a copy beside it.
 */
export interface Look {
  readonly connection: DatabaseSync;
  /** True when this is a copy: what the file will be once its log or journal is played back. */
  readonly isCopy: boolean;
  /** True when SQLite keeps readers and writers apart here: then a transaction sees one state, whatever others do. */
  readonly isLive: boolean;
  /** True when changes go to a log first. */
  readonly isWal: boolean;
  /** True when nobody has written since the look began. Only whoever holds the write lock can rely on it. */
  isCurrent(): boolean;
  /** A connection that the backup can be made through while another one holds the write lock. */
  connectionForBackup(): DatabaseSync;
  /** May be called again. */
  close(): void;
}

/** As users' files need it: they hold integers of any size, schemas with double-quoted literals, and are used by others. */
const READ_ONLY: DatabaseSyncOptions = {
  readOnly: true,
  timeout: 5_000,
  enableForeignKeyConstraints: false,
  enableDoubleQuotedStringLiterals: true,
};

/** @param copyPath where a copy may be made; it is removed on close */
export function openLook(path: string, copyPath: string): Look {
  switch (restingState(path)) {
    case "absent":
      return lookAtNothing(path);
    case "plain":
      return lookAtFile(path);
    case "quiet-wal":
      return lookAtQuietFile(path);
    case "unfinished":
      return lookAtCopy(path, copyPath);
  }
}

/** A connection that cannot write, for a file that may be in use. */
export function openReadOnly(path: string): DatabaseSync {
  return new DatabaseSync(path, READ_ONLY);
}

/** A connection for a file that nobody writes: takes no locks and leaves no files. */
export function openUnchanging(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  return new DatabaseSync(url, READ_ONLY);
}

function lookAtNothing(path: string): Look {
  const open = new DisposableStack();
  const connection = adopt(open, new DatabaseSync(":memory:"));
  return {
    connection,
    isCopy: false,
    isLive: false,
    isWal: false,
    // Whoever holds the lock has made the file; it must still be empty.
    isCurrent: () => sizeOf(path) === 0,
    connectionForBackup: () => connection,
    close: () => open.dispose(),
  };
}

function lookAtFile(path: string): Look {
  const open = new DisposableStack();
  const connection = adopt(open, openReadOnly(path));
  const begin = dataVersion(connection);
  return {
    connection,
    isCopy: false,
    isLive: true,
    isWal: isWal(connection),
    isCurrent: () => dataVersion(connection) === begin,
    connectionForBackup: () => connection,
    close: () => open.dispose(),
  };
}

function lookAtQuietFile(path: string): Look {
  const open = new DisposableStack();
  const begin = fingerprint(path);
  const connection = adopt(open, openUnchanging(path));
  return {
    connection,
    isCopy: false,
    isLive: false,
    isWal: true,
    // Others would have written into the log, or folded it into the file.
    isCurrent: () => fingerprint(path) === begin && sizeOf(`${path}-wal`) === 0,
    connectionForBackup: () => adopt(open, openReadOnly(path)),
    close: () => open.dispose(),
  };
}

function lookAtCopy(path: string, copyPath: string): Look {
  using failing = new DisposableStack();
  failing.defer(() => {
    for (const suffix of ["", ...SIDE_FILES]) rmSync(copyPath + suffix, { force: true });
  });
  const begin = fingerprint(path);
  // -shm is not copied: it is made anew from the log.
  for (const suffix of ["", "-journal", "-wal"]) copyPrivately(path + suffix, copyPath + suffix);
  playBack(copyPath);
  const connection = adopt(failing, openReadOnly(copyPath));
  const open = failing.move();
  return {
    connection,
    isCopy: true,
    isLive: false,
    isWal: isWal(connection),
    isCurrent: () => fingerprint(path) === begin,
    connectionForBackup: () => connection,
    close: () => open.dispose(),
  };
}

/** Closes the connection with the rest, which may be asked for more than once. */
function adopt(open: DisposableStack, connection: DatabaseSync): DatabaseSync {
  return open.adopt(connection, (owned) => owned.close());
}

/** Opens a database as any program would, which plays back what an ended process left unfinished, and folds in its log. */
export function playBack(path: string): void {
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  try {
    connection.exec("BEGIN IMMEDIATE; ROLLBACK");
    connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
  } finally {
    connection.close();
  }
}

function copyPrivately(from: string, to: string): void {
  if (!existsSync(from)) return;
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

/** Changes with every commit of another connection. */
function dataVersion(connection: DatabaseSync): unknown {
  return connection.prepare("PRAGMA data_version").get()?.data_version;
}

function isWal(connection: DatabaseSync): boolean {
  return connection.prepare("PRAGMA journal_mode").get()?.journal_mode === "wal";
}

function fingerprint(path: string): string {
  const stats: BigIntStats = statSync(path, { bigint: true });
  return `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs}`;
}
