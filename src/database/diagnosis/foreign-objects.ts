import { quote } from "../dialects/sqlite/names.ts";
import type { ActualSchema } from "./actual-schema.ts";
import { note, type Remedy, remedy } from "./finding.ts";
import { KNOWN_COLUMNS, KNOWN_INDEXES } from "./known-schemas.ts";
import type { Reader } from "./sql.ts";
import { VERSION_TABLE } from "./version-table.ts";

/** What users added to the database. All of it survives a migration; what is of no use any more is said beforehand. */
export function foreignObjects(reader: Reader, actual: ActualSchema): Remedy[] {
  const tables = [...actual.tables].filter(([name]) => !isOurs(name)).map(([, { name }]) => name);
  const columns = [...actual.tables].flatMap(([name, table]) =>
    [...table.columns.values()]
      .filter((column) => KNOWN_COLUMNS.get(name)?.has(column.name.toLowerCase()) === false)
      .map((column) => `${name}.${column.name}`),
  );
  const indexes = [...actual.tables].flatMap(([name, table]) =>
    KNOWN_COLUMNS.has(name)
      ? table.indexes.filter(
          ({ name: index, origin }) => origin === "c" && !KNOWN_INDEXES.has(index.toLowerCase()),
        )
      : [],
  );
  return [
    ...kept("tables", tables),
    ...kept("columns", columns),
    ...kept(
      "indexes",
      indexes.map(({ name }) => name),
    ),
    ...kept(
      "triggers",
      actual.triggers.map(({ name }) => name),
    ),
    ...kept(
      "views",
      actual.views.map(({ name }) => name),
    ),
    ...viewsInTheWay(actual),
    ...indexesInTheWay(actual),
    ...brokenViews(reader, actual),
  ];
}

function kept(kind: string, names: readonly string[]): Remedy[] {
  if (names.length === 0) return [];
  return [
    note("FOREIGN", `${kind} of your own: ${names.join(", ")}`, "a migration keeps them", { kind, names }),
  ];
}

/** A view has the name of a table that a migration makes. */
function viewsInTheWay(actual: ActualSchema): Remedy[] {
  return actual.views
    .filter(({ name }) => isOurs(name.toLowerCase()))
    .map(({ name }) =>
      remedy({
        code: "VIEW_IN_THE_WAY",
        severity: "refuse",
        what: `your view ${name} has the name of a table of Covalent`,
        action: `make it again under another name, and then DROP VIEW ${quote(name)}`,
      }),
    );
}

/** Tables and indexes share their names. */
function indexesInTheWay(actual: ActualSchema): Remedy[] {
  const names = [...actual.tables.values()].flatMap(({ indexes }) => indexes.map(({ name }) => name));
  return names
    .filter((name) => isOurs(name.toLowerCase()))
    .map((name) =>
      remedy({
        code: "INDEX_IN_THE_WAY",
        severity: "refuse",
        what: `your index ${name} has the name of a table of Covalent`,
        action: `make it again under another name, and then DROP INDEX ${quote(name)}`,
      }),
    );
}

function brokenViews(reader: Reader, actual: ActualSchema): Remedy[] {
  return actual.views.flatMap(({ name }) => {
    try {
      reader.prepare(`SELECT * FROM ${quote(name)} LIMIT 0`);
      return [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [note("BROKEN_VIEW", `your view ${name} does not work: ${reason}`, "it stays as it is")];
    }
  });
}

function isOurs(table: string): boolean {
  return KNOWN_COLUMNS.has(table) || table === VERSION_TABLE || table.startsWith("_covalent_");
}
