import type { Operation, RowsOperation } from "./operations.ts";

/**
 * Between the original's two ways of saying where a file is: a column `<key>_filename` of its electron or lattice, and, since
 * revision 1142d81b29b8, a row in `assets` with a link that has the key.
 *
 * The original made the new tables and filled nothing in, so every older artifact was lost to it. Both directions are idempotent
 * and change no row that is there.
 */
interface Files {
  readonly table: "electrons" | "lattices";
  readonly links: "electron_assets" | "lattice_assets";
  /** Columns of the table at the original's head, with the asset's key. */
  readonly columns: readonly (readonly [key: string, column: string])[];
  /** Columns that are gone by then: their values are carried. */
  readonly carried: readonly (readonly [key: string, column: string])[];
}

const ELECTRON_FILES: Files = {
  table: "electrons",
  links: "electron_assets",
  columns: [
    ["error", "error_filename"],
    ["function", "function_filename"],
    ["function_string", "function_string_filename"],
    ["hooks", "hooks_filename"],
    ["output", "results_filename"],
    ["stderr", "stderr_filename"],
    ["stdout", "stdout_filename"],
    ["value", "value_filename"],
  ],
  carried: carriedKeys("call_after", "call_before", "deps", "executor", "executor_data", "info", "key"),
};

const LATTICE_FILES: Files = {
  table: "lattices",
  links: "lattice_assets",
  columns: [
    ["doc", "docstring_filename"],
    ["error", "error_filename"],
    ["hooks", "hooks_filename"],
    ["inputs", "inputs_filename"],
    ["result", "results_filename"],
    ["workflow_function", "function_filename"],
    ["workflow_function_string", "function_string_filename"],
  ],
  carried: [
    ...carriedKeys("call_after", "call_before", "cova_imports", "deps", "executor", "executor_data"),
    ...carriedKeys(
      "lattice_imports",
      "named_args",
      "named_kwargs",
      "transport_graph",
      "workflow_executor_data",
    ),
  ],
};

/** An asset for every file that a lattice or an electron names and has no asset for. */
export const FILES_TO_ASSETS: readonly Operation[] = [
  {
    kind: "sql",
    sql: "CREATE TEMP TABLE IF NOT EXISTS covalent_files (number INTEGER PRIMARY KEY, meta_id, key, path, file)",
  },
  filesToAssets(LATTICE_FILES),
  filesToAssets(ELECTRON_FILES),
  { kind: "sql", sql: "DROP TABLE temp.covalent_files" },
  forgetCarried(LATTICE_FILES),
  forgetCarried(ELECTRON_FILES),
];

/** For a downgrade: carries the names of files that only assets know, so that a column that comes back finds its values. */
export function assetsToFiles(table: Files["table"], ...keys: readonly string[]): Operation {
  const { links } = table === "electrons" ? ELECTRON_FILES : LATTICE_FILES;
  return {
    kind: "rows",
    table: links,
    statements: [
      `INSERT OR IGNORE INTO _covalent_carried (table_name, row_id, column_name, value)
        SELECT '${table}', link.meta_id, link.key || '_filename', asset.object_key
        FROM ${links} AS link JOIN assets AS asset ON asset.id = link.asset_id
        WHERE link.id BETWEEN :from AND :to AND link.key IN (${keys.map((key) => `'${key}'`).join(", ")})`,
    ],
  };
}

/**
 * The rows of a range are collected in the order of the links' index, then numbered on from the last asset: the index grows at its
 * end. Where a range has no links at all, as in most old databases, they need not be looked up one by one.
 */
function filesToAssets({ table, links, columns, carried }: Files): RowsOperation {
  const keys = [...columns, ...carried].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const values = carried.map(
    ([, column]) =>
      `LEFT JOIN _covalent_carried AS ${column} ON ${column}.table_name = '${table}' AND ${column}.column_name = '${column}' AND ${column}.row_id = owner.id`,
  );
  const isCarried = new Set(carried.map(([, column]) => column));
  const files = keys.map(
    ([, column], index) =>
      `WHEN ${index} THEN ${isCarried.has(column) ? `${column}.value` : `owner.${column}`}`,
  );
  const file = `CASE keys.number ${files.join(" ")} END`;
  return {
    kind: "rows",
    table,
    given: {
      last: "SELECT coalesce(max(id), 0) FROM assets",
      fresh: `SELECT NOT EXISTS (SELECT 1 FROM ${links} WHERE meta_id BETWEEN :from AND :to)`,
    },
    statements: [
      "DELETE FROM temp.covalent_files",
      `WITH keys (number, key) AS (VALUES ${keys.map(([key], index) => `(${index}, '${key}')`).join(", ")})
        INSERT INTO temp.covalent_files (meta_id, key, path, file)
        SELECT owner.id, keys.key, coalesce(owner.storage_path, ''), ${file}
        FROM ${table} AS owner ${values.join(" ")} CROSS JOIN keys
        WHERE owner.id BETWEEN :from AND :to AND ${file} IS NOT NULL
        AND (:fresh OR NOT EXISTS (SELECT 1 FROM ${links} AS link WHERE link.meta_id = owner.id AND link.key = keys.key))`,
      `INSERT INTO assets (id, storage_type, storage_path, object_key)
        SELECT :last + number, 'file', path, file FROM temp.covalent_files`,
      `INSERT INTO ${links} (meta_id, asset_id, key)
        SELECT meta_id, :last + number, key FROM temp.covalent_files`,
    ],
  };
}

/** Their place is in `assets` now. One that differs from the asset that was there already stays carried. */
function forgetCarried({ table, links, carried }: Files): RowsOperation {
  const names = carried.map(([, column]) => `'${column}'`).join(", ");
  return {
    kind: "rows",
    table,
    statements: [
      `DELETE FROM _covalent_carried WHERE table_name = '${table}' AND column_name IN (${names}) AND row_id BETWEEN :from AND :to
        AND value IS (SELECT asset.object_key FROM ${links} AS link JOIN assets AS asset ON asset.id = link.asset_id
          WHERE link.meta_id = row_id AND link.key = substr(column_name, 1, length(column_name) - 9) LIMIT 1)`,
    ],
  };
}

function carriedKeys(...keys: readonly string[]): (readonly [string, string])[] {
  return keys.map((key) => [key, `${key}_filename`]);
}
