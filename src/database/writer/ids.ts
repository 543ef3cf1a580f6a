import { type Kysely, sql } from "kysely";
import { CARRIED, QUARANTINE } from "../dialects/sqlite/carried.ts";
import type { Tables } from "../tables.ts";

/** Tables whose keys are given out by the program, with the columns that name their rows. */
const NAMED_BY = {
  assets: ["electron_assets.asset_id", "lattice_assets.asset_id", "cache_entries.asset_id"],
  electron_dependency: [],
  electrons: [
    "lattices.electron_id",
    "electron_dependency.electron_id",
    "electron_dependency.parent_electron_id",
    "electron_assets.meta_id",
    "attempts.electron_id",
  ],
  jobs: ["electrons.job_id"],
  lattices: ["electrons.parent_lattice_id", "lattice_assets.meta_id", "bundles.lattice_id"],
} as const satisfies Readonly<Record<string, readonly `${string}.${string}`[]>>;

type NumberedTable = keyof typeof NAMED_BY;

/**
 * Ids of old databases from here on are passed over: behind them is too little room for numbers that a program can count with. Ours
 * lie below, and never reach it.
 */
const TOO_HIGH = 2 ** 52;

/**
 * Gives out primary keys. The process that writes is the only one that does, so keys are known before their rows are written:
 * rows can refer to one another without asking the database, and the rows of one dispatch have consecutive keys.
 *
 * What is given out and never written leaves a gap, no more.
 */
export interface Ids {
  /** The first of `count` consecutive keys. */
  reserve(table: NumberedTable, count: number): number;
}

/**
 * Continues behind the rows that are there, and behind those that are not there any more but that others still name, or that are
 * kept aside and can come back: no new dispatch gets the electrons of one that somebody has deleted.
 */
export async function createIds(db: Kysely<Tables>): Promise<Ids> {
  const present = await columnsIn(db);
  const next = new Map<NumberedTable, number>();
  for (const [table, namedBy] of Object.entries(NAMED_BY) as [NumberedTable, readonly string[]][]) {
    const places = [`${table}.id`, ...namedBy];
    const kept = places.map((place) => QUARANTINE + place);
    const highest = [...places, ...kept].filter((place) => present.has(place)).map(highestIn);
    if (present.has(`${CARRIED}.row_id`)) highest.push(highestCarried(table));
    const { rows } = await sql<{
      last: number | null;
    }>`SELECT max(last) AS last FROM (${sql.join(highest, sql` UNION ALL `)})`.execute(db);
    next.set(table, Math.floor(rows[0]?.last ?? 0) + 1);
  }
  return {
    reserve(table, count) {
      const first = next.get(table) ?? 1;
      next.set(table, first + count);
      return first;
    },
  };
}

/** `table.column`, for all there are. */
async function columnsIn(db: Kysely<Tables>): Promise<Set<string>> {
  const { rows } = await sql<{ place: string }>`SELECT lower(s.name || '.' || c.name) AS place
    FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c WHERE s.type = 'table' AND s.rootpage > 0`.execute(
    db,
  );
  return new Set(rows.map(({ place }) => place));
}

/** One step in the column's index. */
function highestIn(place: string) {
  const [table = "", column = ""] = place.split(".");
  return sql`SELECT max(${sql.ref(column)}) AS last FROM ${sql.table(table)} WHERE ${sql.ref(column)} < ${TOO_HIGH}`;
}

function highestCarried(table: string) {
  return sql`SELECT max(row_id) AS last FROM ${sql.table(CARRIED)} WHERE table_name = ${table} AND row_id < ${TOO_HIGH}`;
}
