import type { DatabaseSync, StatementSync } from "node:sqlite";
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
  /** Calls `work` for each range of ids of a table, in ascending order. `knownAs`: its name before, if it was renamed. */
  overRanges(table: string, work: (range: IdRange) => void, knownAs?: string): void;
}

/** Both ends belong to it. `whole` when the table has no more rows than these, so that a statement needs no condition. */
export interface IdRange {
  readonly from: bigint;
  readonly to: bigint;
  readonly whole: boolean;
}

/**
 * Rows that one statement copies: few enough that the old and the new ones stay in the processor's cache, too, while one statement after
 * the other goes over them. With 4,000 an upgrade takes 5 to 8 % longer.
 */
const ROWS_PER_RANGE = 1_000;

export function sqlRun(connection: DatabaseSync, hooks: RunHooks): SqlRun {
  const prepare = preparing(connection);
  const run: SqlRun = {
    connection,
    run(sql, parameters) {
      hooks.checkInterrupt?.();
      hooks.statement?.(withValues(sql, parameters));
      // What has parameters is run again for the next range.
      const { changes } =
        parameters === undefined ? connection.prepare(sql).run() : prepare(sql).run(parameters);
      return Number(changes);
    },
    all<Row>(sql: string, ...parameters: readonly SqlParameter[]) {
      return prepare(sql).all(...parameters) as Row[];
    },
    count(sql, ...parameters) {
      const [row] = run.all<Record<string, bigint | null>>(sql, ...parameters);
      return Number(Object.values(row ?? {})[0] ?? 0);
    },
    number(sql, parameters) {
      const value = Object.values(prepare(sql).get(parameters) ?? {})[0];
      return typeof value === "bigint" ? value : 0n;
    },
    overRanges(table, work, knownAs = table) {
      const total = aboutRows(run, table, knownAs);
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

const counted = new WeakMap<DatabaseSync, Map<string, number>>();

/**
 * How many rows a table has, counted once on a connection: counting reads the whole table, and nothing but the display of progress
 * and the way to cut ranges depends on it.
 */
function aboutRows(run: SqlRun, table: string, knownAs: string): number {
  const counts = counted.get(run.connection) ?? new Map<string, number>();
  counted.set(run.connection, counts);
  const rows = counts.get(knownAs) ?? run.count(`SELECT count(*) FROM ${quote(table)}`);
  // What is empty may be filled later.
  if (rows > 0) counts.set(knownAs, rows);
  return rows;
}

/** Prepares each statement once. SQLite itself prepares it again when the tables have changed. */
function preparing(connection: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      statement.setReadBigInts(true);
      prepared.set(sql, statement);
    }
    return statement;
  };
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

/**
 * Ids that lie close together are cut by number alone. Others are counted off, which reads them once more: a range for each
 * stretch of numbers would be one for each row.
 */
function* idRanges(run: SqlRun, table: string, total: number): Generator<IdRange> {
  const ends = `SELECT (SELECT min(id) FROM ${quote(table)}) AS first, (SELECT max(id) FROM ${quote(table)}) AS last`;
  const [{ first, last } = { first: null, last: null }] = run.all<Ends>(ends);
  if (first === null || last === null) {
    // Once even without rows: the statements of a plan can be read.
    yield { from: 0n, to: 0n, whole: true };
    return;
  }
  const isDense = last - first < SPARSE * BigInt(total);
  for (let from: bigint | null = first; from !== null && from <= last; ) {
    const end: bigint = isDense ? from + BigInt(ROWS_PER_RANGE) - 1n : endOfRows(run, table, from);
    const to = end < last ? end : last;
    yield { from, to, whole: from === first && to === last };
    from = to === last ? null : firstFrom(run, table, to + 1n);
  }
}

interface Ends {
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** Numbers per row from which on ids are sparse. */
const SPARSE = 4n;

function firstFrom(run: SqlRun, table: string, id: bigint): bigint | null {
  const [row] = run.all<{ id: bigint | null }>(`SELECT min(id) AS id FROM ${quote(table)} WHERE id >= ?`, id);
  return row?.id ?? null;
}

/** The last id of a range that begins here and has its number of rows. */
function endOfRows(run: SqlRun, table: string, from: bigint): bigint {
  const sql = `SELECT max(id) AS last FROM (SELECT id FROM ${quote(table)} WHERE id >= ? ORDER BY id LIMIT ${ROWS_PER_RANGE})`;
  const [row] = run.all<{ last: bigint | null }>(sql, from);
  const widest = from + WIDEST_RANGE - 1n;
  return row?.last === undefined || row.last === null || row.last > widest ? widest : row.last;
}
