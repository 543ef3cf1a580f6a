import { CovalentError } from "../../model/errors.ts";
import { readActualSchema } from "./actual-schema.ts";
import { diagnose } from "./diagnosis.ts";
import { type Difference, differences } from "./drift.ts";
import { schemaOf } from "./known-schemas.ts";
import { lookedAt } from "./looked-at.ts";

/** How a database differs from what its revision says it is. */
export interface SchemaCheck {
  readonly path: string;
  readonly revision: string | null;
  /** Empty when the tables are exactly those of the revision. */
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
    const { revision, refusal } = diagnose(connection, { integrity: false });
    if (revision !== null)
      return { path, revision, differences: differences(readActualSchema(connection), schemaOf(revision)) };
    if (refusal !== undefined)
      throw new CovalentError("DATABASE_REFUSED", { path, reason: refusal.what, advice: refusal.action });
    return { path, revision, differences: [] };
  });
}
