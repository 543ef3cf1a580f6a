import { quote } from "../dialects/sqlite/names.ts";
import type { ActualSchema } from "./actual-schema.ts";
import { note, type Remedy } from "./finding.ts";
import { KNOWN_COLUMNS, KNOWN_INDEXES } from "./known-schemas.ts";
import { isOurs } from "./names-taken.ts";
import type { Reader } from "./sql.ts";

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
    ...brokenViews(reader, actual),
  ];
}

function kept(kind: string, names: readonly string[]): Remedy[] {
  if (names.length === 0) return [];
  return [
    note("FOREIGN", `${kind} of your own: ${names.join(", ")}`, "a migration keeps them", { kind, names }),
  ];
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
