import { readActualSchema } from "./actual-schema.ts";
import { type Diagnosis, diagnose } from "./diagnosis.ts";
import { differences } from "./drift.ts";
import { actualFeatures, featuresOf } from "./features.ts";
import { schemaOf } from "./known-schemas.ts";
import { originalName } from "./left-over-tables.ts";
import type { Reader } from "./sql.ts";
import { readVersionTable } from "./version-table.ts";

/**
 * Diagnoses a database without reading its rows where its schema alone shows that all is well: it names one revision, has that
 * revision's tables, columns, constraints and indexes, and nothing was left behind. That takes a few milliseconds, whatever its size.
 * Any other is diagnosed as by {@link diagnose}, but for the soundness of its pages.
 *
 * Of what is well nothing is said: no drift, no tables of the user's own, no rows without parents.
 */
export function diagnoseBriefly(reader: Reader): Diagnosis {
  const revision = evidentRevision(reader);
  if (revision === undefined) return diagnose(reader, { integrity: false });
  return { stamped: [revision], revision, certain: true, findings: [], healing: [], repair: [] };
}

function evidentRevision(reader: Reader): string | undefined {
  const actual = readActualSchema(reader);
  const { stamps, rows } = readVersionTable(reader, actual);
  const [stamp] = stamps;
  if (rows !== 1 || !stamp?.isText || stamp.revision !== stamp.text) return undefined;
  const schema = schemaOf(stamp.revision);
  if (featuresOf(schema).symmetricDifference(actualFeatures(actual)).size > 0) return undefined;
  if ([...actual.tables.keys()].some((name) => originalName(name) !== undefined)) return undefined;
  return differences(actual, schema).every(({ kind }) => kind === "drift" || kind === "order")
    ? stamp.revision
    : undefined;
}
