import { quote } from "../dialects/sqlite/names.ts";
import { differsInType } from "../dialects/sqlite/same-value.ts";
import type { ActualSchema, ActualTable } from "./actual-schema.ts";
import { counted, type Remedy, remedy } from "./finding.ts";
import { KNOWN_COLUMNS, KNOWN_SCHEMAS } from "./known-schemas.ts";
import { count, type Reader, select } from "./sql.ts";

/**
 * Tables that a rebuild left behind: `_alembic_tmp_lattices` is what the original copies `lattices` into before it drops that.
 *
 * One whose rows are all in the table itself is dropped. One that is all there is becomes the table. Anything else is kept.
 */
export interface LeftOvers {
  readonly remedies: readonly Remedy[];
  /** The schema as it is once the remedies have run. */
  readonly actual: ActualSchema;
}

const PREFIXES = ["_alembic_tmp_", "_covalent_new_"];

/** Ids shown in a finding. */
const EXAMPLES = 5;

export function leftOverTables(reader: Reader, found: ActualSchema): LeftOvers {
  const remedies: Remedy[] = [];
  const tables = new Map(found.tables);
  for (const [name, table] of found.tables) {
    const original = originalName(name);
    if (original === undefined) continue;
    const base = tables.get(original);
    const settled =
      base === undefined ? orphaned(reader, table, original, found) : copied(reader, table, base);
    remedies.push(settled);
    tables.delete(name);
    if (base === undefined && settled.finding.severity === "heal") tables.set(original, table);
  }
  return { remedies, actual: { ...found, tables } };
}

/** The table of the history that a left-over was to become; `undefined` for a table that is no left-over. */
export function originalName(name: string): string | undefined {
  const prefix = PREFIXES.find((candidate) => name.startsWith(candidate));
  const original = prefix === undefined ? "" : name.slice(prefix.length);
  return KNOWN_COLUMNS.has(original) ? original : undefined;
}

function copied(reader: Reader, table: ActualTable, base: ActualTable): Remedy {
  const rows = count(reader, `SELECT count(*) FROM ${quote(table.name)}`);
  const differing = rows === 0 ? undefined : differingRows(table, base);
  const lost = differing === undefined ? 0 : count(reader, `SELECT count(*) ${differing}`);
  if (lost === 0) {
    const content =
      rows === 0 ? "is empty" : `holds ${counted(rows, "row")}, all of which are in ${base.name} as well`;
    return remedy(
      {
        code: "LEFT_OVER_TABLE",
        severity: "heal",
        what: `${table.name} was left behind by a failed migration and ${content}`,
        action: "it is dropped",
        details: { table: table.name, rows },
      },
      "drop",
      `DROP TABLE ${quote(table.name)}`,
    );
  }
  const ids = exampleIds(reader, table, differing ?? "");
  return remedy(
    {
      code: "LEFT_OVER_DIFFERS",
      severity: "repair",
      what: `${table.name} was left behind by a failed migration, and ${lost} of its ${counted(rows, "row")} are not in ${base.name} or differ there (id ${ids}${lost > EXAMPLES ? ", ..." : ""})`,
      action: `compare the two; \`covalent db repair --apply\` keeps it as ${keptName(table.name)} and goes on with ${base.name}`,
      details: { table: table.name, rows, differing: lost },
    },
    "rename",
    keepTable(table.name),
  );
}

/** SQL: the rows that would be lost, those that the table itself does not have with the same values. */
function differingRows(table: ActualTable, base: ActualTable): string {
  const shared = [...table.columns.keys()].filter((name) => base.columns.has(name));
  const own = [...table.columns].filter(([name]) => !base.columns.has(name));
  if (!shared.includes("id")) return `FROM ${quote(table.name)} AS kept`;
  const differing = shared.map((name) => differsInType(`kept.${quote(name)}`, `old.${quote(name)}`));
  // A column that the migration was adding holds its default, or nothing.
  const filled = own.map(
    ([name, column]) => `kept.${quote(name)} COLLATE BINARY IS NOT ${column.default ?? "NULL"}`,
  );
  return `FROM ${quote(table.name)} AS kept LEFT JOIN ${quote(base.name)} AS old ON old.id = kept.id
    WHERE old.id IS NULL OR ${[...differing, ...filled].join(" OR ")}`;
}

function exampleIds(reader: Reader, table: ActualTable, differing: string): string {
  const id = table.columns.has("id") ? "kept.id" : "kept.rowid";
  const rows = select<{ id: string | null }>(
    reader,
    `SELECT CAST(${id} AS TEXT) AS id ${differing} LIMIT ${EXAMPLES}`,
  );
  return rows.map((row) => row.id ?? "NULL").join(", ");
}

/** The table itself is gone: somebody dropped it before the left-over could take its name. */
function orphaned(reader: Reader, table: ActualTable, original: string, actual: ActualSchema): Remedy {
  const missing = referringRows(reader, table, original, actual);
  const isWhole = hasColumnsOf(table, original) && missing === 0;
  const rename = `ALTER TABLE ${quote(table.name)} RENAME TO ${quote(original)}`;
  const what = `${original} is gone, and ${table.name}, which was to take its place, is there`;
  if (isWhole) {
    return remedy(
      {
        code: "RENAME_MISSING",
        severity: "heal",
        what,
        action: `it is renamed to ${original}; no row changes`,
      },
      "rename",
      rename,
    );
  }
  const reason =
    missing > 0
      ? `${counted(missing, "row")} of other tables refer to rows it does not have`
      : "its columns are those of no revision";
  return remedy({
    code: "TABLE_LOST",
    severity: "refuse",
    what: `${what}, but ${reason}`,
    action: `restore a backup (\`covalent db restore latest\`), or rename it yourself if it is complete: ${rename}`,
  });
}

/** Rows of other tables that refer to rows which the left-over does not have. */
function referringRows(reader: Reader, table: ActualTable, original: string, actual: ActualSchema): number {
  if (original !== "lattices" && original !== "electrons") return 0;
  const [child, column] =
    original === "lattices" ? ["electrons", "parent_lattice_id"] : ["electron_dependency", "electron_id"];
  if (!actual.tables.get(child)?.columns.has(column)) return 0;
  return count(
    reader,
    `SELECT count(*) FROM ${quote(child)} WHERE ${quote(column)} NOT IN (SELECT id FROM ${quote(table.name)} WHERE id IS NOT NULL)`,
  );
}

/** True for a table with all the columns that some revision gives to one of the history. */
export function hasColumnsOf(table: ActualTable, original: string): boolean {
  const names = new Set(table.columns.keys());
  return KNOWN_SCHEMAS.some(({ schema }) => {
    const columns = schema.get(original)?.columns.map(({ name }) => name) ?? [];
    return columns.length > 0 && columns.every((name) => names.has(name));
  });
}

/** Under which name something is kept that is in the way. */
export function keptName(name: string): string {
  return `kept_${name.replace(/^_+/, "")}`;
}

/** The statement that keeps a table under another name. */
export function keepTable(name: string): string {
  return `ALTER TABLE ${quote(name)} RENAME TO ${quote(keptName(name))}`;
}
