/**
 * What is this file? A diagnosis says at which revision a database really is, what is wrong with it, and what would be done.
 *
 * It only asks: it needs a connection that cannot write, runs nothing but queries, and reads no stored value but revisions and ids. What
 * is certain and loses nothing is healed by a migration (`healing` runs in its first transaction); what is not is refused, with
 * the reason and the way out. The expected structures come from folding the history.
 */
import { messageOf, primaryCode } from "../dialects/sqlite/fault.ts";
import { type ActualSchema, readActualSchema } from "./actual-schema.ts";
import { drift } from "./drift.ts";
import { blocks, type Finding, type Remedy, remedy, statementsOf } from "./finding.ts";
import { foreignObjects } from "./foreign-objects.ts";
import { checkIntegrity, countOrphans, damaged, INTEGRITY_CODES, notADatabase } from "./integrity.ts";
import { KNOWN_COLUMNS } from "./known-schemas.ts";
import { leftOverTables } from "./left-over-tables.ts";
import { differentlyWritten } from "./name-case.ts";
import { hidesTable, namesTaken } from "./names-taken.ts";
import type { Reader } from "./sql.ts";
import { identify } from "./stamps.ts";
import { readVersionTable, VERSION_TABLE } from "./version-table.ts";

export interface Diagnosis {
  /** What `alembic_version` says, as it says it. */
  readonly stamped: readonly string[];
  /** The revision at which it is once `healing` has run; `null` for an empty database, and when nobody knows. */
  readonly revision: string | null;
  /** True when a migration can go on. */
  readonly certain: boolean;
  readonly findings: readonly Finding[];
  /**
   * SQL statements that lose nothing, for the first transaction of a migration, on a connection without foreign keys and with
   * `legacy_alter_table`. They may write `alembic_version`.
   */
  readonly healing: readonly string[];
  /** `healing` and what only `covalent db repair --apply` does, in the order in which they run. */
  readonly repair: readonly string[];
  /** Why a migration refuses: the first finding that stops it. */
  readonly refusal?: Finding;
}

export interface DiagnosisOptions {
  /** Reads every page of the file. True unless told. */
  readonly integrity?: boolean;
  /** Counts the rows whose foreign keys lead nowhere. True unless told. */
  readonly orphans?: boolean;
}

/**
 * Diagnoses the database behind a connection.
 *
 * @example
 * const look = openToLook("/home/me/.local/share/covalent/dispatcher_db.sqlite");
 * const { revision, findings } = diagnose(look.connection);
 * look.close();
 *
 * @throws SQLite's error when the file is locked
 */
export function diagnose(
  reader: Reader,
  { integrity = true, orphans = true }: DiagnosisOptions = {},
): Diagnosis {
  try {
    const found = readActualSchema(reader);
    const version = readVersionTable(reader, found);
    const stamped = version.stamps.map(({ text }) => text);
    const whole = integrity ? checkIntegrity(reader) : [];
    if (isForeign(found)) return conclude(stamped, null, [...whole, notOurs(found)]);
    const taken = namesTaken(found);
    const { remedies: leftOvers, actual } = leftOverTables(reader, found);
    const { revision, remedies } = identify(reader, actual, version);
    // What would be done about a table whose name is a view's cannot be done.
    if (hidesTable(found) && remedies.length > 0)
      return conclude(stamped, null, [...whole, ...taken, ...foreignObjects(reader, actual)]);
    const rest = revision === null ? [] : drift(actual, revision);
    const others = [
      ...rest,
      ...foreignObjects(reader, actual),
      ...taken,
      ...(orphans ? countOrphans(reader, found) : []),
    ];
    return conclude(stamped, revision, [
      ...whole,
      ...differentlyWritten(found),
      ...leftOvers,
      ...remedies,
      ...others,
    ]);
  } catch (error) {
    return diagnoseFault(error);
  }
}

/**
 * Whether every row was looked at for a NULL where its column forbids it, and none was found: SQLite's own check does that. What
 * heals the database makes other tables of it, and a list that is full may lack some.
 */
export function holdsNoForbiddenNulls({ findings, healing }: Diagnosis): boolean {
  return healing.length === 0 && !findings.some(({ code }) => INTEGRITY_CODES.has(code));
}

/**
 * The diagnosis of a file that SQLite cannot read.
 *
 * @throws the fault itself when it says nothing of the file's content: a lock, a missing permission
 */
export function diagnoseFault(fault: unknown): Diagnosis {
  const code = primaryCode(fault);
  if (code === NOT_A_DATABASE) return conclude([], null, [remedy(notADatabase())]);
  if (code !== CORRUPT) throw fault;
  return conclude([], null, [remedy(damaged(messageOf(fault)))]);
}

/** Primary result codes of SQLite. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** A database of another program. */
function isForeign({ tables }: ActualSchema): boolean {
  return (
    tables.size > 0 &&
    !tables.has(VERSION_TABLE) &&
    ![...KNOWN_COLUMNS.keys()].some((name) => tables.has(name))
  );
}

function notOurs({ tables }: ActualSchema): Remedy {
  return remedy({
    code: "NOT_OURS",
    severity: "refuse",
    what: `the database has ${tables.size} table(s), but none of Covalent: ${[...tables.keys()].slice(0, 5).join(", ")}`,
    action: "set COVALENT_DATABASE to the file that you mean",
  });
}

function conclude(
  stamped: readonly string[],
  revision: string | null,
  remedies: readonly Remedy[],
): Diagnosis {
  const findings = remedies.map(({ finding }) => finding);
  const refusal = findings.find(blocks);
  return {
    stamped,
    revision,
    certain: refusal === undefined,
    findings,
    healing: statementsOf(remedies, "heal"),
    repair: statementsOf(remedies, "heal", "repair"),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
