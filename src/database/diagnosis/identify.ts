import { quote } from "../dialects/sqlite/names.ts";
import { HISTORY } from "../migration/history.ts";
import type { ActualSchema, ActualTable } from "./actual-schema.ts";
import { actualFeatures, constraintsOf, featuresOf, nearestRevision, revisionsWith } from "./features.ts";
import { blocks, type Remedy, remedy } from "./finding.ts";
import { remediesToReach } from "./half-migrated.ts";
import {
  isLater,
  KNOWN_COLUMNS,
  KNOWN_SCHEMAS,
  nextRevisions,
  previousRevisions,
  schemaOf,
} from "./known-schemas.ts";
import { exists, type Reader } from "./sql.ts";
import { stampStatements, type VersionTable } from "./version-table.ts";

/** At which revision a database really is, and what has to be done for it to be exactly there. */
export interface Identity {
  readonly revision: string | null;
  readonly remedies: readonly Remedy[];
}

/** A database that names a revision: its structure confirms it, shows that a step was on its way, or contradicts it. */
export function identifyStamped(
  reader: Reader,
  actual: ActualSchema,
  version: VersionTable,
  stamped: string,
): Identity {
  const alike = revisionsWith(actualFeatures(actual));
  if (alike.includes(stamped)) return { revision: stamped, remedies: [] };
  const exact = alike.filter((id) => canBeReached(reader, actual, id));
  const neighbour = [...nextRevisions(stamped), ...previousRevisions(stamped)].find((id) =>
    exact.includes(id),
  );
  if (neighbour !== undefined)
    return { revision: neighbour, remedies: [stampedBefore(version, stamped, neighbour)] };
  const [other] = exact;
  if (other !== undefined) return { revision: other, remedies: [stampedWrongly(version, stamped, other)] };
  const back = remediesToReach(reader, actual, stamped);
  if (!back.some(({ finding }) => blocks(finding))) return { revision: stamped, remedies: back };
  return completed(reader, actual, version, stamped) ?? { revision: stamped, remedies: back };
}

/** A database that names none: only a structure that fits one revision identifies it. */
export function identifyUnstamped(reader: Reader, actual: ActualSchema, version: VersionTable): Identity {
  const present = [...actual.tables].filter(([name]) => KNOWN_COLUMNS.has(name));
  if (present.length === 0) return { revision: null, remedies: [] };
  const features = actualFeatures(actual);
  const exact = revisionsWith(features);
  const revision = exact.length === 1 ? exact[0] : undefined;
  if (revision !== undefined) return { revision, remedies: [unstamped(version, revision)] };
  if (present.every(([name, table]) => isBare(reader, actual, name, table))) {
    return { revision: null, remedies: present.map(([name]) => begun(name)) };
  }
  const half = halfMigratedFrom(reader, actual);
  if (half !== undefined)
    return { revision: half.revision, remedies: [unstamped(version, half.revision), ...half.remedies] };
  return { revision: null, remedies: [unidentified(features, exact)] };
}

/** The latest revision that the structure has all of, when what it has beyond that is empty. */
function halfMigratedFrom(reader: Reader, actual: ActualSchema) {
  const features = actualFeatures(actual);
  const revision = KNOWN_SCHEMAS.findLast(({ schema }) => featuresOf(schema).isSubsetOf(features))?.revision;
  if (revision === undefined) return undefined;
  const remedies = remediesToReach(reader, actual, revision);
  return remedies.some(({ finding }) => blocks(finding)) ? undefined : { revision, remedies };
}

/** Goes on where the step stopped, when all that is left of it adds something empty: then values in new columns are kept. */
function completed(
  reader: Reader,
  actual: ActualSchema,
  version: VersionTable,
  stamped: string,
): Identity | undefined {
  const features = actualFeatures(actual);
  for (const next of nextRevisions(stamped)) {
    const wanted = featuresOf(schemaOf(next));
    const dropped = featuresOf(schemaOf(stamped)).difference(wanted);
    const isAdditive =
      constraintsOf(wanted).every((feature) => features.has(feature)) && dropped.isDisjointFrom(features);
    if (!isAdditive || !canBeReached(reader, actual, next)) continue;
    const remedies = remediesToReach(reader, actual, next);
    if (!remedies.some(({ finding }) => blocks(finding)))
      return { revision: next, remedies: [...remedies, stampedBefore(version, stamped, next)] };
  }
  return undefined;
}

/**
 * Our own revisions are never there by half: one that has left no row in `covalent_schema` has not run, and what looks like it are
 * columns of the user's. To write its name would be to skip what it does to the rows.
 */
function canBeReached(reader: Reader, actual: ActualSchema, revision: string): boolean {
  if (!HISTORY.some(({ id, own }) => own && id === revision)) return true;
  const applied = actual.tables.get("covalent_schema");
  if (!applied?.columns.has("revision")) return false;
  return exists(reader, `SELECT 1 FROM ${quote(applied.name)} WHERE revision = '${revision}'`);
}

function stampedBefore(version: VersionTable, stamped: string, revision: string): Remedy {
  const direction = isLater(revision, stamped) ? "migration" : "downgrade";
  return remedy(
    {
      code: "STAMP_BEHIND",
      severity: "heal",
      what: `the database says ${stamped}, but its structure is that of ${revision}: a ${direction} stopped before it wrote the revision`,
      action: `${revision} is written`,
      details: { stamped, revision },
    },
    "version",
    ...stampStatements(version, revision),
  );
}

function stampedWrongly(version: VersionTable, stamped: string, revision: string): Remedy {
  return remedy(
    {
      code: "STAMP_WRONG",
      severity: "repair",
      what: `the database says ${stamped}, but its structure is exactly that of ${revision}, several steps away`,
      action: `\`covalent db repair --apply\` writes ${revision}`,
      details: { stamped, revision },
    },
    "version",
    ...stampStatements(version, revision),
  );
}

function unstamped(version: VersionTable, revision: string): Remedy {
  const empty =
    version.state === "absent"
      ? "there is no table alembic_version"
      : "the table alembic_version names no revision";
  return remedy(
    {
      code: "NO_REVISION",
      severity: "heal",
      what: `${empty}; the structure is that of ${revision}`,
      action: `${revision} is written`,
      details: { revision },
    },
    "version",
    ...stampStatements(version, revision),
  );
}

function begun(table: string): Remedy {
  return remedy(
    {
      code: "HALF_MIGRATED",
      severity: "heal",
      what: `table ${table} is there, and empty, without a revision: a first migration stopped half-way`,
      action: "it is dropped, and made by the migration",
    },
    "drop",
    `DROP TABLE ${quote(table)}`,
  );
}

function unidentified(features: ReadonlySet<string>, exact: readonly string[]): Remedy {
  const nearest = nearestRevision(features);
  const missing = [...featuresOf(schemaOf(nearest)).difference(features)];
  const extra = [...features.difference(featuresOf(schemaOf(nearest)))];
  const reason =
    exact.length > 1
      ? `its structure is that of ${exact.join(" and of ")}`
      : `its structure is that of no revision; the nearest is ${nearest} (${[...missing.map((feature) => `without ${feature}`), ...extra.map((feature) => `with ${feature}`)].join(", ")})`;
  return remedy({
    code: "UNIDENTIFIED",
    severity: "refuse",
    what: `the database names no revision, and ${reason}`,
    action: `restore a backup (\`covalent db restore latest\`), or name the revision yourself: covalent db stamp ${nearest}`,
    details: { nearest, missing, extra },
  });
}

/** True for a table without rows and without triggers of the user's. */
function isBare(reader: Reader, { triggers }: ActualSchema, name: string, table: ActualTable): boolean {
  return (
    !exists(reader, `SELECT 1 FROM ${quote(table.name)}`) &&
    !triggers.some((trigger) => trigger.table === name)
  );
}
