import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { CovalentError } from "../../../model/errors.ts";
import { faultKind, messageOf } from "./fault.ts";

/** What a file is, as far as one can tell without touching it. */
export type Inspection =
  /** No file, or one without content or tables: ready to be made a database. */
  | { readonly kind: "empty" }
  /** A database that says which revision it is at, ours or not; and which version of Covalent wrote it, if it is one of ours. */
  | { readonly kind: "versioned"; readonly revision: string; readonly writtenBy?: string };

const MAGIC = "SQLite format 3\u0000";
const HEADER_BYTES = 20;
/** The header's byte 18 is the version for writing: 2 is WAL. */
const WAL_VERSION = 2;

/**
 * Looks at a database file, read-only.
 *
 * @throws {CovalentError} `DATABASE_BUSY`; `DATABASE_UNUSABLE` when it is no SQLite database, cannot be read, or does not say which revision it
 * is at.
 */
export function inspectFile(path: string): Inspection {
  const header = readHeader(path);
  if (header === undefined) return { kind: "empty" };
  if (header.subarray(0, MAGIC.length).toString("latin1") !== MAGIC) {
    throw unusable(
      path,
      "it is not a SQLite database",
      "Set COVALENT_DATABASE to another file, or move this one away.",
    );
  }
  try {
    return readRevision(path, header);
  } catch (error) {
    if (error instanceof CovalentError) throw error;
    if (faultKind(error) === "busy") throw new CovalentError("DATABASE_BUSY", { path }, { cause: error });
    throw unusable(
      path,
      messageOf(error),
      "It was not touched. `covalent db doctor` says what is wrong; `covalent db restore latest` brings a backup back.",
      error,
    );
  }
}

export function unusable(path: string, reason: string, advice: string, cause?: unknown): CovalentError {
  return new CovalentError(
    "DATABASE_UNUSABLE",
    { path, reason, advice },
    cause === undefined ? {} : { cause },
  );
}

/** The first bytes of the file; `undefined` when it is absent or has none. */
function readHeader(path: string): Buffer | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size === 0) return undefined;
    const file = openSync(path, "r");
    try {
      const header = Buffer.alloc(HEADER_BYTES);
      readSync(file, header, 0, HEADER_BYTES, 0);
      return header;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unusable(path, messageOf(error), "Check the path and its permissions.", error);
  }
}

function readRevision(path: string, header: Buffer): Inspection {
  const connection = openWithoutTrace(path, header);
  try {
    const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    if (tables.length === 0) return { kind: "empty" };
    if (!tables.some(({ name }) => name === "alembic_version"))
      throw noRevision(path, "has tables but no revision");
    const versions = connection.prepare("SELECT version_num FROM alembic_version").all();
    const [first] = versions;
    if (first === undefined && tables.length === 1) return { kind: "empty" };
    if (first === undefined) throw noRevision(path, "has tables but no revision");
    if (versions.length > 1) throw noRevision(path, `names ${versions.length} revisions at once`);
    const revision = String(first.version_num);
    if (!tables.some(({ name }) => name === "covalent_schema")) return { kind: "versioned", revision };
    const writers = connection.prepare("SELECT program_version FROM covalent_schema WHERE revision = ?");
    const writer = writers.get(revision)?.program_version;
    return { kind: "versioned", revision, ...(typeof writer === "string" ? { writtenBy: writer } : {}) };
  } finally {
    connection.close();
  }
}

/**
 * A read-only connection to a WAL database makes its `-wal` and `-shm` files, and cannot take them away. So where nobody uses
 * the database (there is no `-wal`) it is opened as a file that does not change.
 */
function openWithoutTrace(path: string, header: Buffer): DatabaseSync {
  const isQuietWal = header[18] === WAL_VERSION && !existsSync(`${path}-wal`);
  if (!isQuietWal) return new DatabaseSync(path, { readOnly: true, timeout: 1_000 });
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  return new DatabaseSync(url, { readOnly: true });
}

function noRevision(path: string, reason: string): CovalentError {
  return unusable(
    path,
    `it ${reason}`,
    "It was not touched. `covalent db doctor` says what it is, `covalent db migrate` mends what is certain.",
  );
}
