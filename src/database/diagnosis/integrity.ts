import { faultKind, messageOf } from "../dialects/sqlite/fault.ts";
import { includesName, quote } from "../dialects/sqlite/names.ts";
import type { ActualSchema } from "./actual-schema.ts";
import { counted, type Finding, note, type Remedy, remedy } from "./finding.ts";
import { type Reader, select } from "./sql.ts";

/** Lines of SQLite's own check that are read. */
const LINES = 10_000;
/** Lines shown. */
const SHOWN = 3;

/** A value that its column's declaration forbids, written before the declaration was what it is: data, not damage. */
const VIOLATION = /^(NULL|TEXT|NUMERIC|INT|INTEGER|REAL|BLOB|non-\w+) value in |^CHECK constraint failed in /;
/** An index that does not agree with its table, which is whole: it can be made again. */
const INDEX_DAMAGE =
  /^(row .* missing from index|wrong # of entries in index|non-unique entry in index|rowid .* index) /;

/** What {@link checkIntegrity} finds. */
export const INTEGRITY_CODES: ReadonlySet<string> = new Set(["DAMAGED", "INDEX_DAMAGED", "VALUE_VIOLATION"]);

/** Whether the pages of the file are whole. */
export function checkIntegrity(reader: Reader): Remedy[] {
  return remediesOf(problems(reader));
}

/**
 * Whether some tables are whole, their indexes included: nothing of those that are not there. What {@link checkAllBut} leaves out, so
 * that two threads can share the work.
 */
export function checkOnly(reader: Reader, tables: readonly string[]): Remedy[] {
  const theirs = tableNames(reader).filter((name) => includesName(tables, name));
  return remediesOf(theirs.flatMap((name) => tableProblems(reader, name)));
}

/** Whether the pages of the file are whole, but for whether the indexes of some tables agree with them. */
export function checkAllBut(reader: Reader, tables: readonly string[]): Remedy[] {
  const others = tableNames(reader).filter((name) => !includesName(tables, name));
  const lines = [...linesOf(reader, "quick_check"), ...others.flatMap((name) => tableProblems(reader, name))];
  return remediesOf([...new Set(lines)]);
}

function remediesOf(lines: readonly string[]): Remedy[] {
  const violations = lines.filter((line) => VIOLATION.test(line));
  const indexes = lines.filter((line) => INDEX_DAMAGE.test(line));
  const damage = lines.filter((line) => !VIOLATION.test(line) && !INDEX_DAMAGE.test(line));
  return [
    ...(damage.length > 0 ? [remedy(damaged(damage.slice(0, SHOWN).join("; "), damage.length))] : []),
    ...(indexes.length > 0 ? [indexDamage(indexes)] : []),
    ...(violations.length > 0
      ? [
          note(
            "VALUE_VIOLATION",
            `${counted(violations.length, "value")} that a column forbids: ${violations.slice(0, SHOWN).join("; ")}`,
            "the values stay as they are",
            { count: violations.length },
          ),
        ]
      : []),
  ];
}

/** What SQLite finds; without the indexes when one is by a function or in an order that only the user's program knows. */
function problems(reader: Reader): string[] {
  try {
    return linesOf(reader, "integrity_check");
  } catch (error) {
    if (faultKind(error) !== "statement") throw error;
    return linesOf(reader, "quick_check");
  }
}

/** What SQLite finds in a table and its indexes; nothing when it cannot read one of them: `quick_check` has read the table. */
function tableProblems(reader: Reader, table: string): string[] {
  try {
    return linesOf(reader, "integrity_check", quote(table));
  } catch (error) {
    if (faultKind(error) !== "statement") throw error;
    return [];
  }
}

function tableNames(reader: Reader): string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
  return select<{ name: string }>(reader, sql).map(({ name }) => name);
}

function linesOf(
  reader: Reader,
  check: "integrity_check" | "quick_check",
  what: string | number = LINES,
): string[] {
  return select<Record<string, unknown>>(reader, `PRAGMA ${check}(${what})`)
    .map((row) => String(row[check]))
    .filter((line) => line !== "ok");
}

/** What SQLite says of a file whose pages are not what they should be. */
export function damaged(reason: string, lines = 1): Finding {
  return {
    code: "DAMAGED",
    severity: "refuse",
    what: `the file is damaged: ${reason}${lines > SHOWN ? ` and ${lines - SHOWN} more` : ""}`,
    action:
      "restore a backup: `covalent db restore latest`; without one, `sqlite3 FILE .recover` writes what can still be read",
    details: { lines },
  };
}

/** What SQLite says of a file that does not begin as a database does. */
export function notADatabase(): Finding {
  return {
    code: "NOT_A_DATABASE",
    severity: "refuse",
    what: "it is not a SQLite database, or the beginning of the file was overwritten",
    action:
      "check the path (`covalent config get dispatcher.db_path`); if it is right, restore a backup: `covalent db restore latest`",
  };
}

function indexDamage(lines: readonly string[]): Remedy {
  return remedy(
    {
      code: "INDEX_DAMAGED",
      severity: "repair",
      what: `indexes do not agree with their tables: ${lines.slice(0, SHOWN).join("; ")}${lines.length > SHOWN ? ` and ${lines.length - SHOWN} more` : ""}`,
      action: "`covalent db repair --apply` makes the indexes again; the tables themselves are whole",
      details: { lines: lines.length },
    },
    "index",
    "REINDEX",
  );
}

/** Rows whose foreign key leads nowhere: they stop nothing, and stay. */
export function countOrphans(reader: Reader, { tables }: ActualSchema): Remedy[] {
  return [...tables.values()]
    .filter(({ foreignKeys }) => foreignKeys.length > 0)
    .flatMap(({ name }) => orphansOf(reader, name, tables));
}

function orphansOf(reader: Reader, table: string, tables: ActualSchema["tables"]): Remedy[] {
  try {
    const rows = select<{ parent: string; orphans: number }>(
      reader,
      "SELECT parent, count(*) AS orphans FROM pragma_foreign_key_check(?) GROUP BY parent ORDER BY parent",
      table,
    );
    // Without the table itself, every row would be one: that it is missing is said elsewhere.
    const found = rows.filter(({ parent }) => tables.has(parent.toLowerCase()));
    return found.map(({ parent, orphans }) =>
      note(
        "ORPHANS",
        `${counted(orphans, "row")} of ${table} ${orphans === 1 ? "refers" : "refer"} to rows of ${parent} that are not there`,
        "they stay as they are; `covalent db migrate --on-violation=quarantine --orphans` keeps them aside instead",
        { table, parent, count: orphans },
      ),
    );
  } catch (error) {
    // A foreign key to what is no key cannot be checked, neither by SQLite itself.
    if (faultKind(error) !== "statement") throw error;
    return [
      note(
        "FOREIGN_KEY_UNSOUND",
        `foreign keys of ${table} cannot be checked: ${messageOf(error)}`,
        "they stay as they are",
        { table },
      ),
    ];
  }
}
