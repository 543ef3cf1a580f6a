import type { DatabaseSync } from "node:sqlite";
import { CovalentError } from "../../model/errors.ts";
import { VERSION } from "../../version.ts";
import { readActualSchema } from "../diagnosis/actual-schema.ts";
import { lookedAt } from "../diagnosis/looked-at.ts";
import { stampFit } from "../diagnosis/stamp-fit.ts";
import { readVersionTable, stampStatements } from "../diagnosis/version-table.ts";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { findRevision } from "../migration/find-revision.ts";
import { HISTORY } from "../migration/history.ts";
import type { WorkOptions } from "./observer.ts";
import { refuseReadOnly } from "./refusals.ts";
import { beginWriting } from "./write-lock.ts";

export interface StampOutcome {
  readonly path: string;
  /** What it said before. */
  readonly before: readonly string[];
  /** What it says now; `null` for none. */
  readonly revision: string | null;
}

export interface StampOptions extends WorkOptions {
  /** As a person writes it. */
  readonly revision: string;
  /** Write it although the structure is another revision's, or a newer program wrote the database. */
  readonly force?: boolean;
}

/**
 * Writes a revision into a database: for those who know better than what is written there. One that its structure is not, it writes
 * only by force. It changes nothing else, in one transaction.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `REVISION_NOT_FOUND`, `DATABASE_IN_USE`, `DATABASE_BUSY`, `DATABASE_READ_ONLY`,
 * `DATABASE_NEWER`, `STAMP_REFUSED`, `NOT_CONFIRMED`
 */
export async function stampDatabase(options: StampOptions): Promise<StampOutcome> {
  const { path, revision: name, force = false, serverRunning, confirm } = options;
  const server = serverRunning?.();
  if (server !== undefined)
    throw new CovalentError("DATABASE_IN_USE", { path, pid: server.pid, url: server.url });
  refuseReadOnly(path);
  const { before, revision, mismatch, newer } = await lookedAt(path, ({ connection }) => {
    const stamps = stampsOf(connection);
    const wanted = findRevision(name, stamps.length === 1 ? (stamps[0] ?? null) : null);
    return { before: stamps, revision: wanted, ...stampFit(connection, wanted) };
  });
  const stamped = revision ?? "base";
  if (!force && newer !== undefined) throw new CovalentError("DATABASE_NEWER", { path, ...newer });
  if (!force && mismatch !== undefined)
    throw new CovalentError("STAMP_REFUSED", { path, revision: stamped, reason: mismatch });
  const warning = mismatch === undefined ? "" : ` But ${mismatch}.`;
  const question = `Write down that ${path} is at revision ${stamped}? It says ${before.join(" and ") || "nothing"}; its schema is not changed.${warning}`;
  if (!((await confirm?.(question)) ?? false)) throw new CovalentError("NOT_CONFIRMED");
  writeStamp(path, revision);
  return { path, before, revision };
}

function writeStamp(path: string, revision: string | null): void {
  const connection = openForMigration(path);
  try {
    beginWriting(connection, path);
    const version = readVersionTable(connection, readActualSchema(connection));
    if (version.state === "unreadable") throw unreadable(path);
    if (revision !== null) for (const sql of stampStatements(version, revision)) connection.exec(sql);
    else if (version.state === "readable") connection.exec("DELETE FROM alembic_version");
    if (hasTable(connection, "covalent_schema")) writeOwnRevisions(connection, revision);
    connection.exec("COMMIT");
  } finally {
    connection.close();
  }
}

function unreadable(path: string): CovalentError {
  const reason = "its table alembic_version has no column version_num";
  const advice = "`covalent db repair --apply` keeps it under another name and makes a new one.";
  return new CovalentError("DATABASE_REFUSED", { path, reason, advice });
}

/** Each revision of our own up to this one has a row, and no later one. */
function writeOwnRevisions(connection: DatabaseSync, revision: string | null): void {
  const end = HISTORY.findIndex(({ id }) => id === revision);
  const add = connection.prepare(
    "INSERT OR IGNORE INTO covalent_schema (revision, program_version, applied_at) VALUES (?, ?, ?)",
  );
  const remove = connection.prepare("DELETE FROM covalent_schema WHERE revision = ?");
  HISTORY.forEach(({ id, own }, index) => {
    if (index > end) remove.run(id);
    else if (own) add.run(id, VERSION, new Date().toISOString());
  });
}

function stampsOf(connection: DatabaseSync): string[] {
  if (!hasTable(connection, "alembic_version")) return [];
  return connection
    .prepare("SELECT version_num FROM alembic_version")
    .all()
    .map((row) => String(row.version_num));
}

function hasTable(connection: DatabaseSync, name: string): boolean {
  return (
    connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !==
    undefined
  );
}
