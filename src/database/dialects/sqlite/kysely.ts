import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { Kysely, SqliteDialect } from "kysely";
import type { Tables } from "../../tables.ts";

/** Kysely on a connection. Queries run on the event loop, so each should be short: many rows are read in slices. */
export function kyselyOn(connection: DatabaseSync): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: { close: () => connection.close(), prepare: (sql) => adapt(connection.prepare(sql)) },
    }),
  });
}

function adapt(statement: StatementSync) {
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => readAll(statement, parameters as readonly SQLInputValue[]),
    run: (parameters: readonly unknown[]) => statement.run(...(parameters as readonly SQLInputValue[])),
    iterate: (parameters: readonly unknown[]) =>
      statement.iterate(...(parameters as readonly SQLInputValue[])),
  };
}

/** Old databases may hold integers that are no safe numbers: only then are all read as bigint, and the safe ones converted. */
function readAll(statement: StatementSync, parameters: readonly SQLInputValue[]): unknown[] {
  try {
    return statement.all(...parameters);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE")) throw error;
    statement.setReadBigInts(true);
    return statement.all(...parameters).map(withSafeNumbers);
  }
}

function withSafeNumbers(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value,
    ]),
  );
}
