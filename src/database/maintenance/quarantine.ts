import { CovalentError } from "../../model/errors.ts";
import { lookedAt } from "../diagnosis/looked-at.ts";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { messageOf } from "../dialects/sqlite/fault.ts";
import type { Look } from "../dialects/sqlite/look.ts";
import { quote } from "../dialects/sqlite/names.ts";
import { sqlRun } from "../dialects/sqlite/sql-run.ts";
import { QUARANTINE, restoreQuarantined } from "../migration/quarantine.ts";
import { BACKUPS_KEPT, newBackupPath, removeOldBackups } from "./backup-files.ts";
import { createBackup } from "./create-backup.ts";
import type { WorkOptions } from "./observer.ts";
import { refuseReadOnly } from "./refusals.ts";
import { beginWriting } from "./write-lock.ts";

/** Rows of one table that were kept aside for one reason. */
export interface QuarantinedRows {
  readonly table: string;
  /** The revision that does not permit them. */
  readonly revision: string;
  readonly reason: string;
  readonly rows: number;
}

export interface QuarantineRestored {
  readonly path: string;
  /** How many rows of each table came back. */
  readonly restored: Readonly<Record<string, number>>;
  /** How many stayed aside, because their ids are taken. */
  readonly left: number;
  /** The path of the backup; `null` when there was nothing to do. */
  readonly backup: string | null;
}

/**
 * The rows that migrations have kept aside. Read-only.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_UNUSABLE`
 * @example
 * await listQuarantine("/d/dispatcher_db.sqlite"); // [{ table: "lattices", revision: "9f1271ef662a", reason: "...", rows: 14 }]
 */
export async function listQuarantine(path: string): Promise<readonly QuarantinedRows[]> {
  return await lookedAt(path, ({ connection }) => quarantined(connection));
}

/**
 * Puts quarantined rows back into their tables, in one transaction and after a backup. If the process dies, they are still aside.
 *
 * @throws {CovalentError} as {@link listQuarantine}; `DATABASE_IN_USE`, `DATABASE_CHANGED`, `DATABASE_READ_ONLY`, `NOT_CONFIRMED`;
 * `DATABASE_REFUSED` when the revision of the database does not permit them: the file was not changed
 */
export async function restoreQuarantine(options: WorkOptions): Promise<QuarantineRestored> {
  const { path, serverRunning, confirm } = options;
  const server = serverRunning?.();
  if (server !== undefined)
    throw new CovalentError("DATABASE_IN_USE", { path, pid: server.pid, url: server.url });
  refuseReadOnly(path);
  return await lookedAt(path, async (look) => {
    const rows = countOf(quarantined(look.connection));
    if (rows === 0) return { path, restored: {}, left: 0, backup: null };
    const question = `Put ${rows} row(s) back into ${path}, after a backup?`;
    if (!((await confirm?.(question)) ?? false)) throw new CovalentError("NOT_CONFIRMED");
    return await putBack(look, options);
  });
}

/** The transaction begins before the backup, so that the backup is what it changes. */
async function putBack(look: Look, options: WorkOptions): Promise<QuarantineRestored> {
  const { path, report, backupsKept = BACKUPS_KEPT } = options;
  const connection = openForMigration(path);
  try {
    beginWriting(connection, path);
    if (!look.isCurrent())
      throw new CovalentError("DATABASE_CHANGED", { path, reason: "it is not what it was" });
    const backup = newBackupPath(path, "quarantine");
    await createBackup({ source: look.connectionForBackup(), path, target: backup });
    report.backup(backup);
    const restored = restoreQuarantined(sqlRun(connection, {}));
    const left = countOf(quarantined(connection));
    connection.exec("COMMIT");
    removeOldBackups(path, backupsKept, backup);
    return { path, restored, left, backup };
  } catch (error) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    if (error instanceof CovalentError) throw error;
    const advice =
      "The rows are still aside. Migrate to a revision that permits them, and they come back by themselves: `covalent db migrate`.";
    throw new CovalentError("DATABASE_REFUSED", { path, reason: messageOf(error), advice }, { cause: error });
  } finally {
    connection.close();
  }
}

function quarantined(connection: Look["connection"]): QuarantinedRows[] {
  const tables = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, ?) = ? ORDER BY name")
    .all(QUARANTINE.length, QUARANTINE);
  return tables.flatMap(({ name }) =>
    connection
      .prepare(
        `SELECT _revision AS revision, _reason AS reason, count(*) AS rows FROM ${quote(String(name))} GROUP BY 1, 2 ORDER BY 1, 2`,
      )
      .all()
      .map(({ revision, reason, rows }) => ({
        table: String(name).slice(QUARANTINE.length),
        revision: String(revision),
        reason: String(reason),
        rows: Number(rows),
      })),
  );
}

function countOf(list: readonly QuarantinedRows[]): number {
  return list.reduce((sum, { rows }) => sum + rows, 0);
}
