import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";

/** Tables whose keys are given out by the program. */
const TABLES = ["assets", "electron_dependency", "electrons", "jobs", "lattices"] as const;

type NumberedTable = (typeof TABLES)[number];

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

/** Continues behind the rows that are there. */
export async function createIds(db: Kysely<Tables>): Promise<Ids> {
  const next = new Map<NumberedTable, number>();
  for (const table of TABLES) {
    const row = await db
      .selectFrom(table)
      .select(({ fn }) => fn.max("id").as("last"))
      .executeTakeFirst();
    next.set(table, Number(row?.last ?? 0) + 1);
  }
  return {
    reserve(table, count) {
      const first = next.get(table) ?? 1;
      next.set(table, first + count);
      return first;
    },
  };
}
