import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Connections to a SQLite file.
 *
 * Nothing of the file is mapped into memory: it would be no faster, counts as the server's memory, and a disk that fails would be a
 * signal instead of an error. The pragmas are the same everywhere: WAL, so that readers never wait for the writer; foreign keys checked; no waiting for
 * locks inside SQLite, which would stop the event loop: whoever meets a busy database tries again later (`transaction.ts`).
 */

/** What a commit survives: `process` the end of this process at any instant, `power` also a power cut. */
export type Durability = "process" | "power";

/** KiB, negative: 64 MiB of pages. */
const MIGRATION_CACHE = -65_536;

const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;

/** The one connection that writes. It makes no checkpoints: those sync the disk, and are made in a thread of their own. */
export function openWriter(path: string, durability: Durability): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true });
  connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}; PRAGMA wal_autocheckpoint = 0;
    PRAGMA cache_size = -16384`);
  return connection;
}

/** A connection that cannot write. */
export function openReader(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: 0, readOnly: true });
  connection.exec("PRAGMA cache_size = -8192");
  return connection;
}

/** The connection for changes of schema: foreign keys off and old-style renames, as rebuilding a table needs it. */
export function openForMigration(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, {
    timeout: 5_000,
    enableForeignKeyConstraints: false,
    enableDoubleQuotedStringLiterals: true,
    defensive: false,
  });
  connection.exec(
    `PRAGMA legacy_alter_table = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = ${MIGRATION_CACHE}`,
  );
  return connection;
}

/** The same for a copy that is thrown away: it need not survive anything. */
export function openForRehearsal(path: string): DatabaseSync {
  const connection = openForMigration(path);
  // A file in WAL mode keeps its log unless nobody else can come in.
  connection.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  return connection;
}

/**
 * Makes SQLite sort and spill in a directory instead of the system's temporary one, which may be memory. This is what
 * SQLITE_TMPDIR does, which SQLite reads only once in a process; one that the user has set is left alone.
 */
export function keepTemporaryFilesIn(connection: DatabaseSync, directory: string): void {
  if (process.env.SQLITE_TMPDIR !== undefined) return;
  connection.exec(`PRAGMA temp_store_directory = '${directory.replaceAll("'", "''")}'`);
}

/**
 * Makes the directory and the file, if they are not there, so that nobody but the user can read them. (SQLite gives its `-wal`
 * and `-shm` files the mode of the file they belong to.)
 */
export function createPrivateFile(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY });
  closeSync(openSync(path, "a", PRIVATE_FILE));
}
