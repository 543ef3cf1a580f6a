import { CovalentError } from "../../model/errors.ts";
import { carryOut } from "../dialects/sqlite/alter.ts";
import { closeCarried, QUARANTINE, recordOwners } from "../dialects/sqlite/carried.ts";
import { quote } from "../dialects/sqlite/names.ts";
import { type SqlRun, sqlRun } from "../dialects/sqlite/sql-run.ts";
import { putBack, takeOff } from "../dialects/sqlite/user-objects.ts";
import type { WorkOptions } from "../maintenance/observer.ts";
import { BACKFILL_RESTORED, FIRST_BACKFILLED } from "../migration/backfill.ts";
import { CARRIED_FILES_TO_ASSETS } from "../migration/file-assets.ts";
import type { Operation } from "../migration/operations.ts";
import { restoreQuarantined } from "../migration/restore-quarantined.ts";
import { type ActualTable, readActualSchema } from "./actual-schema.ts";
import { diagnose } from "./diagnosis.ts";
import { counted } from "./finding.ts";
import { isLater, schemaOf } from "./known-schemas.ts";
import { lookedAt } from "./looked-at.ts";
import { mend } from "./mend.ts";
import { count, type Reader, select } from "./sql.ts";

/** Rows of one table that were kept aside for one reason. */
export interface QuarantinedRows {
  readonly table: string;
  /** The revision that does not permit them. */
  readonly revision: string;
  readonly reason: string;
  readonly rows: number;
  /** Some of their ids, and for dispatches theirs. */
  readonly examples: readonly { readonly id: string; readonly dispatchId?: string }[];
}

export interface QuarantineRestored {
  readonly path: string;
  /** How many rows of each table came back. */
  readonly restored: Readonly<Record<string, number>>;
  readonly backup: string | null;
  /** What is still kept aside. */
  readonly left: readonly QuarantinedRows[];
}

/** Files are rows of their own from here on. */
const FIRST_WITH_ASSETS = "1142d81b29b8";

const EXAMPLES = 20;
const PREFIX = QUARANTINE.toLowerCase();

/**
 * The rows that `--on-violation=quarantine` has kept aside. Read-only.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_UNUSABLE`
 * @example
 * await listQuarantine("/d/dispatcher_db.sqlite");
 * // [{ table: "lattices", revision: "9f1271ef662a", reason: "electron_id is NULL", rows: 14, examples: [{ id: "1", dispatchId: "63c7..." }, ...] }]
 */
export async function listQuarantine(path: string): Promise<QuarantinedRows[]> {
  return await lookedAt(path, ({ connection }) => quarantinedRows(connection));
}

/**
 * Puts the rows back whose ids are free and that the database permits, in one transaction and after a backup.
 *
 * @throws {CovalentError} as {@link mend}: `DATABASE_REFUSED` when none of them can come back yet
 */
export async function restoreQuarantine(options: WorkOptions): Promise<QuarantineRestored> {
  const { path } = options;
  let restored: Readonly<Record<string, number>> = {};
  const backup = await mend(options, ({ connection }) => {
    const rows = quarantinedRows(connection).reduce((sum, group) => sum + group.rows, 0);
    if (rows === 0) return undefined;
    const { revision } = diagnose(connection, { integrity: false });
    return {
      revision,
      question: `Put ${counted(rows, "row")} back into ${path}, after a backup?`,
      soundBefore: true,
      change(writable) {
        const run = sqlRun(writable, {});
        const objects = takeOff(run);
        restored = restoreQuarantined(run);
        refuseNothing(path, restored, writable);
        if (revision !== null) fillIn(run, revision);
        recordOwners(run);
        closeCarried(run);
        putBack(run, objects);
      },
    };
  });
  return { path, restored, backup, left: await listQuarantine(path) };
}

/** @throws {CovalentError} `DATABASE_REFUSED` */
function refuseNothing(path: string, restored: Readonly<Record<string, number>>, reader: Reader): void {
  if (Object.keys(restored).length > 0) return;
  const [first] = quarantinedRows(reader);
  throw new CovalentError("DATABASE_REFUSED", {
    path,
    reason: `none of the rows can come back: other rows have their ids now, or the database still does not permit them (${first?.reason})`,
    advice:
      "The file is as it was. `covalent db quarantine` lists the rows; a revision that permits them brings them back.",
  });
}

/** Gives rows of an older database what a migration would have given them. */
function fillIn(run: SqlRun, revision: string): void {
  for (const operation of backfillAt(revision)) carryOut(run, schemaOf(revision), operation);
}

function backfillAt(revision: string): readonly Operation[] {
  if (!isLater(FIRST_BACKFILLED, revision)) return BACKFILL_RESTORED;
  return isLater(FIRST_WITH_ASSETS, revision) ? [] : CARRIED_FILES_TO_ASSETS;
}

function quarantinedRows(reader: Reader): QuarantinedRows[] {
  return [...readActualSchema(reader).tables]
    .filter(([name]) => name.startsWith(PREFIX))
    .flatMap(([name, table]) => groupsOf(reader, name.slice(PREFIX.length), table));
}

function groupsOf(reader: Reader, table: string, kept: ActualTable): QuarantinedRows[] {
  const name = quote(kept.name);
  const groups = select<{ revision: string; reason: string }>(
    reader,
    `SELECT _revision AS revision, _reason AS reason FROM ${name} GROUP BY 1, 2 ORDER BY min(rowid)`,
  );
  const dispatch = kept.columns.has("dispatch_id") ? "CAST(dispatch_id AS TEXT)" : "NULL";
  const id = kept.columns.has("id") ? "CAST(id AS TEXT)" : "CAST(rowid AS TEXT)";
  return groups.map(({ revision, reason }) => ({
    table,
    revision,
    reason,
    rows: count(reader, `SELECT count(*) FROM ${name} WHERE _revision = ? AND _reason = ?`, revision, reason),
    examples: select<{ id: string; dispatch: string | null }>(
      reader,
      `SELECT ${id} AS id, ${dispatch} AS dispatch FROM ${name} WHERE _revision = ? AND _reason = ? ORDER BY rowid LIMIT ${EXAMPLES}`,
      revision,
      reason,
    ).map((row) => (row.dispatch === null ? { id: row.id } : { id: row.id, dispatchId: row.dispatch })),
  }));
}
