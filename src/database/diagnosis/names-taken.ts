import { CARRIED, QUARANTINE } from "../dialects/sqlite/carried.ts";
import { quote } from "../dialects/sqlite/names.ts";
import type { ActualSchema, ActualTable } from "./actual-schema.ts";
import { type Remedy, remedy } from "./finding.ts";
import { KNOWN_COLUMNS, KNOWN_INDEXES } from "./known-schemas.ts";
import { hasColumnsOf, keepTable, originalName } from "./left-over-tables.ts";
import { VERSION_TABLE } from "./version-table.ts";

/** Objects of users that have a name which Covalent needs: SQLite keeps tables, views and indexes in one list of names. */
export function namesTaken(actual: ActualSchema): Remedy[] {
  return [...viewsInTheWay(actual), ...tablesInTheWay(actual), ...indexesInTheWay(actual)];
}

/** True when a table of Covalent is hidden by a view of its name, so that what is said of the table leads nowhere. */
export function hidesTable({ views }: ActualSchema): boolean {
  return views.some(({ name }) => isTableOfHistory(name.toLowerCase()));
}

/** True for the name, in lower case, of a table of Covalent's own. */
export function isOurs(table: string): boolean {
  return isTableOfHistory(table) || table.startsWith(INTERNAL);
}

const INTERNAL = "_covalent_";

function isTableOfHistory(name: string): boolean {
  return KNOWN_COLUMNS.has(name) || name === VERSION_TABLE;
}

function viewsInTheWay(actual: ActualSchema): Remedy[] {
  return actual.views.flatMap(({ name }) => {
    const key = name.toLowerCase();
    if (!isOurs(key) && !KNOWN_INDEXES.has(key)) return [];
    const drop = `DROP VIEW ${quote(name)}`;
    const table = tableBehind(actual, key);
    const action =
      table === undefined
        ? `make it again under another name, and then ${drop}`
        : `if ${table} is the table itself, take the view away and give it its name back: ${drop}; ALTER TABLE ${quote(table)} RENAME TO ${quote(key)}`;
    return [inTheWay("VIEW", `your view ${name}`, key, action)];
  });
}

/** A table that has all that the table of this name has: somebody gave it another name and put a view in its place. */
function tableBehind({ tables }: ActualSchema, name: string): string | undefined {
  const alike = [...tables].filter(([key, table]) => !isOurs(key) && hasColumnsOf(table, name));
  return alike.length === 1 ? alike[0]?.[1].name : undefined;
}

function tablesInTheWay({ tables }: ActualSchema): Remedy[] {
  return [...tables]
    .filter(([name, table]) => KNOWN_INDEXES.has(name) || isWorkingName(name, table))
    .map(([name, table]) =>
      inTheWay("TABLE", `your table ${table.name}`, name, `give it another name: ${keepTable(table.name)}`),
    );
}

/** Names that a migration uses for a while; what it leaves on purpose has its own columns. */
function isWorkingName(name: string, { columns }: ActualTable): boolean {
  if (!name.startsWith(INTERNAL) || name.startsWith(QUARANTINE) || originalName(name) !== undefined)
    return false;
  return name !== CARRIED || !CARRIED_COLUMNS.every((column) => columns.has(column));
}

const CARRIED_COLUMNS = ["table_name", "row_id", "column_name", "value"];

function indexesInTheWay({ tables }: ActualSchema): Remedy[] {
  const names = [...tables.values()].flatMap(({ indexes }) => indexes.map(({ name }) => name));
  return names
    .filter((name) => isOurs(name.toLowerCase()))
    .map((name) =>
      inTheWay(
        "INDEX",
        `your index ${name}`,
        name.toLowerCase(),
        `make it again under another name, and then DROP INDEX ${quote(name)}`,
      ),
    );
}

function inTheWay(kind: "VIEW" | "TABLE" | "INDEX", yours: string, name: string, action: string): Remedy {
  const ours = KNOWN_INDEXES.has(name) ? "an index" : "a table";
  return remedy({
    code: `${kind}_IN_THE_WAY`,
    severity: "refuse",
    what: `${yours} has the name of ${ours} of Covalent`,
    action,
  });
}
