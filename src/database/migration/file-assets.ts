import { freeBehind, takenBehind } from "./free-ids.ts";
import type { Operation, RowsOperation } from "./operations.ts";

/**
 * Between the original's two ways of saying where a file is: a column `<key>_filename` of its electron or lattice, and, since
 * revision 1142d81b29b8, a row in `assets` with a link that has the key.
 *
 * The original made the new tables and filled nothing in, so every older artifact was lost to it. Both directions can be repeated
 * and change no row that is there.
 */
type Owner = "electrons" | "lattices";

/** An asset's key with the column that named its file. */
type File = readonly [key: string, column: string];

/** The columns that the original's head still has. */
const KEPT: Readonly<Record<Owner, readonly File[]>> = {
  lattices: [
    ["workflow_function", "function_filename"],
    ["workflow_function_string", "function_string_filename"],
    ["doc", "docstring_filename"],
    ["result", "results_filename"],
    ...sameKeys("error", "hooks", "inputs"),
  ],
  electrons: [
    ["output", "results_filename"],
    ...sameKeys("error", "function", "function_string", "hooks", "stderr", "stdout", "value"),
  ],
};

/** A link whose asset is gone must not come to name a new one. */
const ASSET_IDS = [
  "SELECT id FROM assets",
  "SELECT asset_id AS id FROM electron_assets",
  "SELECT asset_id AS id FROM lattice_assets",
];

/** An asset for every file that a lattice or an electron names and has no asset for. */
export const FILES_TO_ASSETS: readonly Operation[] = [
  // The columns of the executor and the key went before there were assets.
  assetsFrom("lattices", [...from(KEPT.lattices, ownColumn), ...from(sameKeys("executor"), carriedValue)]),
  assetsFrom("electrons", [
    ...from(KEPT.electrons, ownColumn),
    ...from(sameKeys("executor", "key"), carriedValue),
  ]),
];

/** An asset for every file whose column went at some revision, and that is carried because its row was not there then. */
export const CARRIED_FILES_TO_ASSETS: readonly Operation[] = [
  assetsFrom(
    "lattices",
    from(
      [
        ...sameKeys("executor_data", "workflow_executor_data", "transport_graph", "deps", "call_before"),
        ...sameKeys("call_after", "named_args", "named_kwargs", "cova_imports", "lattice_imports"),
      ],
      carriedValue,
    ),
  ),
  assetsFrom("electrons", from(sameKeys("executor_data", "deps", "call_before", "call_after"), carriedValue)),
];

/** For an upgrade that drops columns with names of files: their place is in `assets`. What differs from there is carried. */
export function filesToAssets(table: Owner, ...keys: readonly string[]): Operation {
  return assetsFrom(table, from(sameKeys(...keys), droppedColumn));
}

/** For a downgrade: carries the names of files that only assets know, so that a column that comes back finds its values. */
export function assetsToFiles(table: Owner, ...keys: readonly string[]): Operation {
  const links = linksOf(table);
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

/** Where the names of files of one key come from. */
interface Source {
  /** SQL after FROM. The row that the file belongs to is called `owner`. */
  readonly rows: string;
  readonly name: string;
  /** What is done with the names that are there now. */
  readonly after: readonly string[];
}

type SourceOf = (place: Place) => Source;

interface Place {
  readonly table: Owner;
  readonly key: string;
  readonly column: string;
  /** True when a row of the range may have an asset of this key already. */
  readonly known: string;
}

/**
 * Each key of a range of rows gets a block of asset ids as wide as the range, so that the link can be told from the asset's id.
 * Whether any row has an asset of some key already is asked once for a range: in most old databases none has.
 */
function assetsFrom(table: Owner, files: readonly (readonly [File, SourceOf])[]): RowsOperation {
  const links = linksOf(table);
  const bits = files.map(([[key]], index) => `WHEN '${key}' THEN ${2 ** index}`).join(" ");
  return {
    kind: "rows",
    table,
    once: {
      behind: freeBehind(...ASSET_IDS),
      before: takenBehind(":behind", ...ASSET_IDS),
    },
    given: {
      last: "SELECT max(:behind, coalesce(max(id), 0)) FROM assets WHERE id < :before",
      known: `SELECT coalesce(sum(DISTINCT CASE key ${bits} ELSE 0 END), 0) FROM ${links} WHERE meta_id BETWEEN :from AND :to`,
    },
    statements: files.flatMap(([[key, column], source], index) => {
      const known = `(:known & ${2 ** index}) <> 0`;
      const first = `(:last + 1 + ${index} * (:to - :from + 1))`;
      const { rows, name, after } = source({ table, key, column, known });
      return [
        `INSERT INTO assets (id, storage_type, storage_path, object_key)
          SELECT ${first} + (owner.id - :from), 'file', coalesce(owner.storage_path, ''), ${name} FROM ${rows}
          AND ${name} IS NOT NULL AND NOT (${known} AND EXISTS (${linked(links, key)}))`,
        `INSERT INTO ${links} (meta_id, asset_id, key)
          SELECT :from + (id - ${first}), id, '${key}' FROM assets WHERE id BETWEEN ${first} AND ${first} + (:to - :from)`,
        ...after,
      ];
    }),
  };
}

function from(files: readonly File[], source: SourceOf): (readonly [File, SourceOf])[] {
  return files.map((file) => [file, source]);
}

function ownColumn({ table, column }: Place): Source {
  return {
    rows: `${table} AS owner WHERE owner.id BETWEEN :from AND :to`,
    name: `owner.${column}`,
    after: [],
  };
}

function droppedColumn(place: Place): Source {
  const { table, key, column, known } = place;
  const own = ownColumn(place);
  return {
    ...own,
    after: [
      `INSERT OR REPLACE INTO _covalent_carried (table_name, row_id, column_name, value)
        SELECT '${table}', owner.id, '${column}', ${own.name} FROM ${own.rows} AND ${known}
        AND ${own.name} IS NOT NULL AND NOT EXISTS (${linked(linksOf(table), key)} AND asset.object_key IS ${own.name})`,
    ],
  };
}

function carriedValue({ table, key, column, known }: Place): Source {
  const where = `table_name = '${table}' AND column_name = '${column}' AND row_id BETWEEN :from AND :to`;
  return {
    rows: `_covalent_carried AS carried JOIN ${table} AS owner ON owner.id = carried.row_id WHERE ${where}`,
    name: "carried.value",
    after: [
      `DELETE FROM _covalent_carried WHERE ${where} AND CASE WHEN ${known}
          THEN EXISTS (${linked(linksOf(table), key, "row_id")} AND asset.object_key IS value)
          ELSE row_id IN (SELECT id FROM ${table}) END`,
    ],
  };
}

function linked(links: string, key: string, owner = "owner.id"): string {
  return `SELECT 1 FROM ${links} AS link JOIN assets AS asset ON asset.id = link.asset_id WHERE link.meta_id = ${owner} AND link.key = '${key}'`;
}

function linksOf(table: Owner): string {
  return table === "electrons" ? "electron_assets" : "lattice_assets";
}

function sameKeys(...keys: readonly string[]): File[] {
  return keys.map((key) => [key, `${key}_filename`]);
}
