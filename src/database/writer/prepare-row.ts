import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import type { SqlValue, Statement } from "./unit.ts";

/** An insert of a whole row. Many rows that are inserted one behind the other cost little more than one. */
export function prepareRow<Row extends { readonly [Name in keyof Row]: SqlValue }>(
  db: Kysely<Tables>,
  table: keyof Tables & string,
  columns: readonly (keyof Row & string)[],
  verb: "insert" | "insert or ignore" = "insert",
): (row: Row) => Statement {
  const names = sql.join(columns.map((name) => sql.ref(name)));
  const { sql: insert } = sql`${sql.raw(verb)} into ${sql.table(table)} (${names}) values `.compile(db);
  const text = `${insert}(${columns.map(() => "?").join(", ")})`;
  return (row) => ({ sql: text, parameters: columns.map((name) => row[name]), insert });
}
