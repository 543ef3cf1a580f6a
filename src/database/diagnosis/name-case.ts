import { quote } from "../dialects/sqlite/names.ts";
import type { ActualSchema, ActualTable } from "./actual-schema.ts";
import { type Remedy, remedy } from "./finding.ts";
import { KNOWN_COLUMNS } from "./known-schemas.ts";
import { VERSION_TABLE } from "./version-table.ts";

/**
 * Tables and columns whose names are written in other letters (`LATTICES`). For SQLite they are the same, for programs that
 * compare names they are not: the original lost a constraint over that.
 */
export function differentlyWritten(actual: ActualSchema): Remedy[] {
  return [...actual.tables].flatMap(([name, table]) => {
    if (!KNOWN_COLUMNS.has(name) && name !== VERSION_TABLE) return [];
    return [...renameTable(name, table), ...renameColumns(name, table)];
  });
}

function renameTable(name: string, table: ActualTable): Remedy[] {
  if (table.name === name) return [];
  // SQLite takes a name that differs in case alone for one that is taken.
  const between = quote(`_covalent_case_${name}`);
  return [
    remedy(
      {
        code: "NAME_CASE",
        severity: "heal",
        what: `table ${name} is called ${table.name}`,
        action: `it is renamed to ${name}; its rows stay`,
      },
      "rename",
      `ALTER TABLE ${quote(table.name)} RENAME TO ${between}`,
      `ALTER TABLE ${between} RENAME TO ${quote(name)}`,
    ),
  ];
}

function renameColumns(table: string, { columns }: ActualTable): Remedy[] {
  const known = KNOWN_COLUMNS.get(table) ?? new Set(["version_num"]);
  return [...columns].flatMap(([column, { name }]) =>
    name === column || !known.has(column)
      ? []
      : [
          remedy(
            {
              code: "NAME_CASE",
              severity: "heal",
              what: `column ${table}.${column} is called ${name}`,
              action: `it is renamed to ${column}; its values stay`,
            },
            "rename",
            `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(name)} TO ${quote(column)}`,
          ),
        ],
  );
}
