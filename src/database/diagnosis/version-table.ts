import { HISTORY } from "../migration/history.ts";
import type { ActualSchema, ActualTable } from "./actual-schema.ts";
import { type Reader, select } from "./sql.ts";

/** What `alembic_version` says, and what can be made of it. */
export interface VersionTable {
  readonly state: "absent" | "unreadable" | "readable";
  /** Without rows that say nothing (NULL, empty). */
  readonly stamps: readonly Stamp[];
  /** Rows, those that say nothing included. */
  readonly rows: number;
  /** The column that tells its rows apart, which need not be a column of the table. */
  readonly key: string;
}

export interface Stamp {
  /** As it is stored. */
  readonly text: string;
  /** False for bytes that only read like it: no comparison finds them. */
  readonly isText: boolean;
  /** The revision of the history that is meant; `null` when there is none. */
  readonly revision: string | null;
}

export const VERSION_TABLE = "alembic_version";

/** Shorter beginnings of an id are taken for no abbreviation. */
const SHORTEST_ABBREVIATION = 4;

export function readVersionTable(reader: Reader, actual: ActualSchema): VersionTable {
  const table = actual.tables.get(VERSION_TABLE);
  if (table === undefined) return { state: "absent", stamps: [], rows: 0, key: KEY };
  if (!table.columns.has("version_num")) return { state: "unreadable", stamps: [], rows: 0, key: KEY };
  const rows = select<{ text: string | null; type: string }>(
    reader,
    `SELECT CAST(version_num AS TEXT) AS text, typeof(version_num) AS type FROM ${VERSION_TABLE} ORDER BY 1`,
  );
  const stamps = rows.flatMap(({ text, type }) =>
    text === null || text.trim() === "" ? [] : [{ text, isText: type === "text", revision: meantBy(text) }],
  );
  return { state: "readable", stamps, rows: rows.length, key: keyOf(reader, table) };
}

const KEY = "version_num";

function keyOf(reader: Reader, { name, columns }: ActualTable): string {
  const rowids = select<{ wr: number }>(reader, "SELECT wr FROM pragma_table_list WHERE name = ?", name);
  // Without a rowid the revision is the key.
  if (rowids[0]?.wr !== 0) return KEY;
  return ["rowid", "_rowid_", "oid"].find((one) => !columns.has(one)) ?? KEY;
}

/** The one revision whose id a text is, or begins with: `alembic upgrade 1142d8` stores what it was given. */
function meantBy(text: string): string | null {
  const given = text.trim().toLowerCase();
  const exact = HISTORY.find(({ id }) => id === given);
  if (exact !== undefined) return exact.id;
  const [first, second] = HISTORY.filter(({ id }) => id.startsWith(given));
  const isAbbreviation = given.length >= SHORTEST_ABBREVIATION && second === undefined;
  return isAbbreviation && first !== undefined ? first.id : null;
}

/**
 * The statements that leave one row with this revision. A row that is there stays, with what users have added to it: of several the
 * one that names the revision.
 */
export function stampStatements({ state, rows, key }: VersionTable, revision: string): string[] {
  const create = `CREATE TABLE ${VERSION_TABLE} (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)`;
  const made = state === "readable" ? [] : [create];
  if (rows === 0) return [...made, `INSERT INTO ${VERSION_TABLE} (version_num) VALUES ('${revision}')`];
  const best = `SELECT ${key} FROM ${VERSION_TABLE} ORDER BY version_num IS '${revision}' DESC, length(version_num) DESC LIMIT 1`;
  return [
    ...(rows === 1 ? [] : [`DELETE FROM ${VERSION_TABLE} WHERE ${key} IS NOT (${best})`]),
    `UPDATE ${VERSION_TABLE} SET version_num = '${revision}'`,
  ];
}
