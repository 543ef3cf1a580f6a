import { CovalentError } from "../../model/errors.ts";
import { type ActualSchema, readActualSchema } from "./actual-schema.ts";
import { diagnose } from "./diagnosis.ts";
import { type Difference, differences } from "./drift.ts";
import { KNOWN_COLUMNS, schemaOf } from "./known-schemas.ts";
import { originalName } from "./left-over-tables.ts";
import { lookedAt } from "./looked-at.ts";
import { VERSION_TABLE } from "./version-table.ts";

/** How a database differs from what its revision says it is. */
export interface SchemaCheck {
  readonly path: string;
  readonly revision: string | null;
  /** Empty when the tables are exactly those of the revision that the database names. */
  readonly differences: readonly Difference[];
}

/**
 * Compares the tables of a database with those of its revision. Read-only.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_UNUSABLE`, `DATABASE_REFUSED` when nobody knows the revision
 * @example
 * (await checkSchema("/d/dispatcher_db.sqlite")).differences; // [{ table: "electrons", kind: "index", what: "index latid_nodeid_idx of electrons is missing" }]
 */
export async function checkSchema(path: string): Promise<SchemaCheck> {
  return await lookedAt(path, ({ connection }) => {
    const { stamped, revision, refusal } = diagnose(connection, { integrity: false });
    if (revision !== null) {
      const actual = readActualSchema(connection);
      const structure = [...tablesOfOthers(actual, revision), ...differences(actual, schemaOf(revision))];
      return { path, revision, differences: [...stampDifference(stamped, revision), ...structure] };
    }
    if (refusal !== undefined)
      throw new CovalentError("DATABASE_REFUSED", { path, reason: refusal.what, advice: refusal.action });
    return { path, revision, differences: [] };
  });
}

/** The database says one revision, and its structure another. */
function stampDifference(stamped: readonly string[], revision: string): Difference[] {
  if (stamped.length === 1 && stamped[0] === revision) return [];
  const said = stamped.length === 0 ? "no revision" : `revision ${stamped.join(" and ")}`;
  const what = `the database says ${said}, but its structure is that of ${revision}`;
  return [{ table: VERSION_TABLE, kind: "other-revision", what }];
}

/** Tables that another revision has, or that a failed migration left behind. */
function tablesOfOthers({ tables }: ActualSchema, revision: string): Difference[] {
  const expected = schemaOf(revision);
  return [...tables.keys()].flatMap((table): Difference[] => {
    if (originalName(table) !== undefined) {
      return [
        { table, kind: "other-revision", what: `table ${table} was left behind by a failed migration` },
      ];
    }
    if (!KNOWN_COLUMNS.has(table) || expected.has(table) || table === VERSION_TABLE) return [];
    return [{ table, kind: "other-revision", what: `table ${table} is of another revision` }];
  });
}
