import type { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { QUARANTINE } from "../dialects/sqlite/carried.ts";
import { quote } from "../dialects/sqlite/names.ts";

/** A database's values as SQL writes them, type and all: table, id, column, value. NULLs are left out. */
export type Values = ReadonlyMap<string, string>;

const TABLES = [
  "lattices",
  "electrons",
  "electron_dependency",
  "jobs",
  "assets",
  "lattice_assets",
  "electron_assets",
];

export function valuesOf(connection: DatabaseSync): Values {
  const values = new Map<string, string>();
  for (const table of TABLES) readTable(connection, table, table, values);
  return values;
}

/**
 * Expects that no value was changed, and that every one is somewhere: in its column, as an asset under the original's key, carried,
 * or set aside.
 */
export function expectKept(before: Values, connection: DatabaseSync): void {
  const after = new Map(valuesOf(connection));
  for (const table of TABLES) readTable(connection, QUARANTINE + table, table, after);
  const moved = movedValues(connection, after);
  const lost = [...before].flatMap(([place, value]) => {
    const found = after.get(place) ?? moved.get(place);
    if (found === value || isDerived(place, value)) return [];
    return [`${place} was ${value} and is ${found}`];
  });
  expect(lost).toEqual([]);
}

/** What a revision can tell again by itself. */
function isDerived(place: string, value: string): boolean {
  return /\.(qelectron_data_exists|cancel_successful)$/.test(place) && (value === "0" || value === "1");
}

function readTable(connection: DatabaseSync, table: string, as: string, values: Map<string, string>): void {
  const columns = connection.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  const names = columns.map(({ name }) => String(name)).filter((name) => !name.startsWith("_"));
  if (names.length === 0) return;
  const list = names.map((name) => `quote(${quote(name)}) AS ${quote(name)}`).join(", ");
  for (const row of connection.prepare(`SELECT ${list} FROM ${quote(table)}`).all()) {
    // Nothing names a link by its id: it may get another one.
    const key = as.endsWith("_assets") ? `${row.meta_id} ${row.key} ${row.asset_id}` : String(row.id);
    for (const name of names) {
      if (as.endsWith("_assets") && name === "id") continue;
      if (row[name] !== "NULL") values.set(`${as} ${key}.${name}`, String(row[name]));
    }
  }
}

const KEYS: Readonly<Record<string, string>> = {
  workflow_function: "function_filename",
  workflow_function_string: "function_string_filename",
  doc: "docstring_filename",
  result: "results_filename",
  output: "results_filename",
};

function movedValues(connection: DatabaseSync, after: Values): Map<string, string> {
  const moved = new Map<string, string>();
  const has = (table: string) =>
    connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table) !== undefined;
  for (const [table, links] of [
    ["electrons", "electron_assets"],
    ["lattices", "lattice_assets"],
  ] as const) {
    for (const name of [QUARANTINE + links, links].filter((one) => has(one) && has("assets"))) {
      const rows = connection
        .prepare(
          `SELECT CAST(meta_id AS TEXT) AS meta_id, key, quote(object_key) AS value FROM ${name} JOIN assets ON assets.id = asset_id`,
        )
        .all();
      for (const { meta_id, key, value } of rows) {
        moved.set(`${table} ${meta_id}.${KEYS[String(key)] ?? `${key}_filename`}`, String(value));
      }
    }
  }
  for (const [place, value] of after) {
    if (place.endsWith(".error_filename")) moved.set(place.replace(".error_", ".info_"), value);
  }
  // Last: where an asset says something else, the column's own value is carried.
  if (!has("_covalent_carried")) return moved;
  for (const row of connection
    .prepare(
      "SELECT table_name, CAST(row_id AS TEXT) AS row_id, column_name, quote(value) AS text FROM _covalent_carried",
    )
    .all()) {
    moved.set(`${row.table_name} ${row.row_id}.${row.column_name}`, String(row.text));
  }
  return moved;
}
