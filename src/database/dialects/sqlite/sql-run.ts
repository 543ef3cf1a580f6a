import type { DatabaseSync } from "node:sqlite";
import { literal, quote } from "./names.ts";

/** A number that may be beyond 2^53, or a text. */
export type SqlParameter = string | number | bigint | null;

/** How far one step is with one table. */
export interface RunProgress {
  readonly table: string;
  /** Rows. */
  readonly done: number;
  readonly total: number;
}

export interface RunHooks {
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Throws when the migration is to stop. The transaction is then rolled back. */
  readonly checkInterrupt?: (() => void) | undefined;
  /** Called before each statement that changes something. */
  readonly statement?: ((sql: string) => void) | undefined;
}

/** Runs the statements of a migration on a connection that is in a transaction. */
export interface SqlRun {
  readonly connection: DatabaseSync;
  /** Runs a statement that changes something, and says how many rows. */
  run(sql: string, parameters?: Readonly<Record<string, SqlParameter>>): number;
  /** Asks for rows. Whole numbers come as bigint: ids may be beyond 2^53. */
  all<Row>(sql: string, ...parameters: readonly SqlParameter[]): Row[];
  /** The first column of the first row, as a number. */
  count(sql: string, ...parameters: readonly SqlParameter[]): number;
  /** A whole number that a statement asks for; 0 when there is none. */
  number(sql: string, parameters: Readonly<Record<string, SqlParameter>>): bigint;
  /** Calls `work` for each range of ids of a table, in ascending order. */
  overRanges(table: string, work: (range: IdRange) => void): void;
}

/** Both ends belong to it. `whole` when the table has no more rows than these, so that a statement needs no condition. */
export interface IdRange {
  readonly from: bigint;
  readonly to: bigint;
  readonly whole: boolean;
}

/** Rows that one statement copies: some tens of milliseconds. */
const ROWS_PER_RANGE = 20_000;

export function sqlRun(connection: DatabaseSync, hooks: RunHooks): SqlRun {
  const run: SqlRun = {
    connection,
    run(sql, parameters) {
      hooks.checkInterrupt?.();
      hooks.statement?.(withValues(sql, parameters));
      const statement = connection.prepare(sql);
      const { changes } = parameters === undefined ? statement.run() : statement.run(parameters);
      return Number(changes);
    },
    all<Row>(sql: string, ...parameters: readonly SqlParameter[]) {
      const statement = connection.prepare(sql);
      statement.setReadBigInts(true);
      return statement.all(...parameters) as Row[];
    },
    count(sql, ...parameters) {
      const [row] = run.all<Record<string, bigint | null>>(sql, ...parameters);
      return Number(Object.values(row ?? {})[0] ?? 0);
    },
    number(sql, parameters) {
      const statement = connection.prepare(sql);
      statement.setReadBigInts(true);
      const value = Object.values(statement.get(parameters) ?? {})[0];
      return typeof value === "bigint" ? value : 0n;
    },
    overRanges(table, work) {
      const total = run.count(`SELECT count(*) FROM ${quote(table)}`);
      let done = 0;
      for (const range of idRanges(run, table, total)) {
        hooks.checkInterrupt?.();
        work(range);
        done = Math.min(done + ROWS_PER_RANGE, total);
        hooks.onProgress?.({ table, done, total });
      }
    },
  };
  return run;
}

/** The statement with its values in it, for people. */
function withValues(sql: string, parameters: Readonly<Record<string, SqlParameter>> = {}): string {
  return sql.replace(/:([a-z]+)\b/g, (whole, name: string) => {
    const value = parameters[name];
    if (value === undefined) return whole;
    return typeof value === "string" ? literal(value) : String(value ?? "NULL");
  });
}

/** Ids that a range spans at most: statements number new rows by the distance from its start. */
const WIDEST_RANGE = 2n ** 20n;

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

function* idRanges(run: SqlRun, table: string, total: number): Generator<IdRange> {
  const next = `SELECT min(id) AS first, max(id) AS last FROM (SELECT id FROM ${quote(table)} WHERE id >= ? ORDER BY id LIMIT ${ROWS_PER_RANGE})`;
  let from = LOWEST;
  for (;;) {
    const [row] = run.all<{ first: bigint | null; last: bigint | null }>(next, from);
    if (row === undefined || row.first === null || row.last === null) break;
    const widest = row.first + WIDEST_RANGE - 1n;
    const to = row.last < widest ? row.last : widest;
    yield { from: row.first, to, whole: total <= ROWS_PER_RANGE && from === LOWEST && to === row.last };
    if (to === HIGHEST) return;
    from = to + 1n;
  }
  // Once even without rows: the statements of a plan can be read.
  if (from === LOWEST) yield { from: 0n, to: 0n, whole: true };
}
