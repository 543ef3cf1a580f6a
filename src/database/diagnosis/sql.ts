import type { DatabaseSync } from "node:sqlite";

/** What a diagnosis needs of a connection: it only asks. */
export type Reader = Pick<DatabaseSync, "prepare">;

type Parameter = string | number;

/** All rows of a query. */
export function select<Row>(reader: Reader, sql: string, ...parameters: readonly Parameter[]): Row[] {
  return reader.prepare(sql).all(...parameters) as Row[];
}

/** The number that a query answers with, as in `SELECT count(*)`. */
export function count(reader: Reader, sql: string, ...parameters: readonly Parameter[]): number {
  const [row] = select<Record<string, unknown>>(reader, sql, ...parameters);
  return Number(Object.values(row ?? {})[0] ?? 0);
}

/** True when the query has a row. */
export function exists(reader: Reader, sql: string): boolean {
  return count(reader, `SELECT EXISTS (${sql})`) === 1;
}
