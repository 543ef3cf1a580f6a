import type { DatabaseSync } from "node:sqlite";
import { faultKind, messageOf } from "../dialects/sqlite/fault.ts";

/** What is in a database, as far as it can be compared with a copy of it or with what a migration made of it. */
export interface Contents {
  /** The revisions it names; one, unless something is wrong with it. */
  readonly revisions: readonly string[];
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
}

type Reader = Pick<DatabaseSync, "prepare">;

/** Reports of `integrity_check` about values, not about the file: the rows are all there and can be read. */
const ABOUT_VALUES = /^(NULL|TEXT|NUMERIC|REAL|INTEGER|BLOB|non-\w+) value in |^CHECK constraint failed in /;
const PROBLEMS_SHOWN = 20;

export function contentsOf(reader: Reader): Contents {
  return { revisions: revisionsIn(reader), rows: rowsOf(reader) };
}

/** Rows by table; `among`: only of tables of these names, since to count is to read the table. */
export function rowsOf(reader: Reader, among?: readonly string[]): Contents["rows"] {
  const tables = reader
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name))
    .filter((name) => among === undefined || among.includes(name));
  return Object.fromEntries(tables.map((table) => [table, countRows(reader, table)]));
}

/** What is wrong with the file itself: nothing, for a sound one. Reads all of it. */
export function corruptionOf(reader: Reader): string[] {
  try {
    return reader
      .prepare("PRAGMA integrity_check")
      .all()
      .map(({ integrity_check: line }) => String(line))
      .filter((line) => line !== "ok" && !ABOUT_VALUES.test(line))
      .slice(0, PROBLEMS_SHOWN);
  } catch (error) {
    if (faultKind(error) === "busy") throw error;
    return [messageOf(error)];
  }
}

/** The first difference between two databases that should hold the same; `undefined` when there is none. */
export function differenceBetween(expected: Contents, actual: Contents): string | undefined {
  if (expected.revisions.join() !== actual.revisions.join()) {
    return `it names revision ${actual.revisions.join(" and ") || "none"} instead of ${expected.revisions.join(" and ") || "none"}`;
  }
  for (const [table, rows] of Object.entries(expected.rows)) {
    if (actual.rows[table] !== rows)
      return `${table} has ${actual.rows[table] ?? "no"} rows instead of ${rows}`;
  }
  return undefined;
}

/** What `alembic_version` says; nothing where there is no such table. */
export function revisionsIn(reader: Reader): string[] {
  try {
    return reader
      .prepare("SELECT CAST(version_num AS TEXT) AS revision FROM alembic_version ORDER BY 1")
      .all()
      .map(({ revision }) => String(revision));
  } catch (error) {
    // No such table, or one of that name that is somebody else's.
    if (faultKind(error) === "statement") return [];
    throw error;
  }
}

function countRows(reader: Reader, table: string): number {
  return Number(
    reader.prepare(`SELECT count(*) AS count FROM "${table.replaceAll('"', '""')}"`).get()?.count,
  );
}
