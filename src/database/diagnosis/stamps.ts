import { VERSION } from "../../version.ts";
import type { ActualSchema } from "./actual-schema.ts";
import { actualFeatures, nearestRevision, revisionsWith } from "./features.ts";
import { counted, type Remedy, remedy } from "./finding.ts";
import { type Identity, identifyStamped, identifyUnstamped } from "./identify.ts";
import { isLater } from "./known-schemas.ts";
import { keepTable, keptName } from "./left-over-tables.ts";
import { type Reader, select } from "./sql.ts";
import { type Stamp, stampStatements, VERSION_TABLE, type VersionTable } from "./version-table.ts";

/** Identifies a database by what `alembic_version` says and what its structure says, in the cases where they can be reconciled. */
export function identify(reader: Reader, actual: ActualSchema, version: VersionTable): Identity {
  if (version.state === "unreadable") {
    const { revision, remedies } = identifyUnstamped(reader, actual, version);
    return { revision, remedies: [unreadable(), ...remedies] };
  }
  const [stamp, ...others] = version.stamps;
  if (stamp === undefined) return identifyUnstamped(reader, actual, version);
  const unknown = version.stamps.find(({ revision }) => revision === null);
  if (unknown !== undefined)
    return { revision: null, remedies: [unknownRevision(reader, actual, version, unknown)] };
  const revisions = [...new Set(version.stamps.flatMap(({ revision }) => revision ?? []))];
  const [revision] = revisions;
  if (revision === undefined || revisions.length > 1) return reconcile(actual, version, revisions);
  const identity = identifyStamped(reader, actual, version, revision);
  const isClean = others.length === 0 && version.rows === 1 && stamp.isText && stamp.text === revision;
  return isClean ? identity : { ...identity, remedies: [inexact(version, revision), ...identity.remedies] };
}

function unreadable(): Remedy {
  return remedy(
    {
      code: "VERSION_TABLE_UNREADABLE",
      severity: "repair",
      what: `the table ${VERSION_TABLE} has no column version_num`,
      action: `\`covalent db repair --apply\` keeps it as ${keptName(VERSION_TABLE)} and makes a new one`,
    },
    "rename",
    keepTable(VERSION_TABLE),
  );
}

function inexact(version: VersionTable, revision: string): Remedy {
  const texts = version.stamps.map(inWords).join(", ");
  return remedy(
    {
      code: "REVISION_INEXACT",
      severity: "heal",
      what: `the revision ${revision} is written as ${texts} in ${counted(version.rows, "row")}`,
      action: `one row with ${revision} takes the place`,
      details: { stamped: version.stamps.map(({ text }) => text) },
    },
    "version",
    ...stampStatements(version, revision),
  );
}

function inWords({ text, isText }: Stamp): string {
  return isText ? JSON.stringify(text) : `the bytes of ${JSON.stringify(text)}`;
}

/** Several revisions of one history: the structure says which of them it is. */
function reconcile(actual: ActualSchema, version: VersionTable, revisions: readonly string[]): Identity {
  const named = revisions.toSorted((one, other) => (isLater(one, other) ? 1 : -1));
  const revision = revisionsWith(actualFeatures(actual)).find((id) => named.includes(id));
  const what = `the database names ${named.length} revisions at once: ${named.join(" and ")}`;
  if (revision !== undefined) {
    return {
      revision,
      remedies: [
        remedy(
          {
            code: "REVISION_DOUBLED",
            severity: "heal",
            what: `${what}; its structure is that of ${revision}`,
            action: `only ${revision} stays`,
            details: { stamped: named, revision },
          },
          "version",
          ...stampStatements(version, revision),
        ),
      ],
    };
  }
  const nearest = nearestRevision(actualFeatures(actual));
  return {
    revision: null,
    remedies: [
      remedy({
        code: "TWO_HEADS",
        severity: "refuse",
        what: `${what}; its structure is that of neither`,
        action: `restore a backup (\`covalent db restore latest\`), or name the revision yourself (the nearest is ${nearest}): covalent db stamp ${nearest}`,
        details: { stamped: named, nearest },
      }),
    ],
  };
}

function unknownRevision(
  reader: Reader,
  actual: ActualSchema,
  version: VersionTable,
  { text }: Stamp,
): Remedy {
  const writtenBy = writerOf(reader, actual, text);
  if (writtenBy !== undefined) {
    return remedy({
      code: "NEWER",
      severity: "refuse",
      what: `the database is at revision ${text}, written by Covalent ${writtenBy}; this is Covalent ${VERSION}, which does not know it`,
      action: `install Covalent ${writtenBy} or newer`,
      details: { revision: text, writtenBy, version: VERSION },
    });
  }
  const nearest = nearestRevision(actualFeatures(actual));
  const isExact = revisionsWith(actualFeatures(actual)).includes(nearest);
  const all = version.stamps.map((stamp) => stamp.text).join(" and ");
  const names =
    version.stamps.length > 1
      ? `the database names ${version.stamps.length} revisions at once, ${all}, and `
      : "the database is at a revision that nobody knows: ";
  return remedy({
    code: version.stamps.length > 1 ? "TWO_HEADS" : "UNKNOWN_REVISION",
    severity: "refuse",
    what: `${names}${version.stamps.length > 1 ? `nobody knows ${text}` : text}`,
    action: `${isExact ? `its structure is exactly that of ${nearest}` : `its structure comes nearest to ${nearest}`}: if you know that this is right, \`covalent db stamp ${nearest}\` writes it; else restore a backup: \`covalent db restore latest\``,
    details: { revision: text, nearest, exact: isExact },
  });
}

/** The program that wrote a revision of its own, when the database is of one that is newer. */
function writerOf(reader: Reader, actual: ActualSchema, revision: string): string | undefined {
  const table = actual.tables.get("covalent_schema");
  if (!table?.columns.has("revision") || !table.columns.has("program_version")) return undefined;
  const [row] = select<{ version: string }>(
    reader,
    "SELECT CAST(program_version AS TEXT) AS version FROM covalent_schema WHERE revision = ?",
    revision,
  );
  return row?.version;
}
