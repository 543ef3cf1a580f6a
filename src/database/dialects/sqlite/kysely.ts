import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { Kysely, SqliteDialect, type SqliteStatement } from "kysely";
import type { Tables } from "../../tables.ts";

/**
 * Kysely on a connection. Queries run on the event loop, so each should be short: many rows are read in slices. Their texts are
 * few: preparing one again takes longer than most of them run.
 */
export function kyselyOn(connection: DatabaseSync): Kysely<Tables> {
  const cache = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const known = cache.get(sql);
    if (known !== undefined) return known;
    // Lists of values make texts of their own.
    if (cache.size >= MAX_CACHED) cache.clear();
    const statement = adapt(connection, sql);
    cache.set(sql, statement);
    return statement;
  };
  return new Kysely<Tables>({
    dialect: new SqliteDialect({ database: { close: () => connection.close(), prepare } }),
  });
}

const MAX_CACHED = 200;

function adapt(connection: DatabaseSync, sql: string): SqliteStatement {
  const statement = connection.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => readAll(statement, parameters as readonly SQLInputValue[]),
    run: (parameters) => statement.run(...(parameters as readonly SQLInputValue[])),
    // One of its own: it stays open while others run.
    iterate: (parameters) => connection.prepare(sql).iterate(...(parameters as readonly SQLInputValue[])),
  };
}

/** Old databases may hold integers that are no safe numbers: only then are all read as bigint, and the safe ones converted. */
function readAll(statement: StatementSync, parameters: readonly SQLInputValue[]): unknown[] {
  try {
    return statement.all(...parameters);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE")) throw error;
  }
  statement.setReadBigInts(true);
  try {
    return statement.all(...parameters).map(withSafeNumbers);
  } finally {
    statement.setReadBigInts(false);
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
