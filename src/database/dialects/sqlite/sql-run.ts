import type { DatabaseSync } from "node:sqlite";
import { quote } from "./names.ts";

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
      hooks.statement?.(sql);
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

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

function* idRanges(run: SqlRun, table: string, total: number): Generator<IdRange> {
  if (total <= ROWS_PER_RANGE) {
    yield { from: LOWEST, to: HIGHEST, whole: true };
    return;
  }
  const next = `SELECT max(id) AS last FROM (SELECT id FROM ${quote(table)} WHERE id >= ? ORDER BY id LIMIT ${ROWS_PER_RANGE})`;
  for (let from = LOWEST; ; ) {
    const [row] = run.all<{ last: bigint | null }>(next, from);
    if (row === undefined || row.last === null) return;
    yield { from, to: row.last, whole: false };
    if (row.last === HIGHEST) return;
    from = row.last + 1n;
  }
}
