import type { StatementSync } from "node:sqlite";
import type { NewEvent, SqlValue, Statement, Unit } from "../../writer/unit.ts";

/**
 * What a group of units has in common is written together: rows of one table in one statement, all events, and one count for each
 * dispatch. A row more in a statement costs a third of what a statement more costs.
 */
export type Run = (sql: string, parameters: readonly SqlValue[]) => ReturnType<StatementSync["run"]>;

/** Rows in one statement at most. Their numbers are powers of two, so that there are few texts, which stay prepared. */
const MAX_ROWS = 64;

/** The statement at `index`, with as many of those behind it as can be run together with it. */
export function together(
  statements: readonly Statement[],
  index: number,
): { readonly statement: Statement; readonly count: number } {
  const statement = statements[index] as Statement;
  if (statement.tuple === undefined) return { statement, count: 1 };
  let same = 1;
  while (same < MAX_ROWS && statements[index + same]?.sql === statement.sql) same++;
  const count = powerOfTwoUpTo(same);
  if (count === 1) return { statement, count };
  const parameters: SqlValue[] = [];
  for (let row = 0; row < count; row++) parameters.push(...(statements[index + row]?.parameters ?? []));
  return { statement: { sql: withRows(statement.sql, statement.tuple, count), parameters }, count };
}

const EVENT = "(?, ?, ?, ?, ?)";
const INSERT_EVENT = `INSERT INTO events (at, dispatch_id, node_id, status, reason) VALUES ${EVENT}`;

/**
 * Writes events and gives their numbers. The key is the event's number: AUTOINCREMENT never gives one again, even after the newest
 * rows are gone, and gives consecutive ones inside a transaction.
 */
export function insertEvents(run: Run, events: readonly NewEvent[]): number[] {
  const sequences: number[] = [];
  while (sequences.length < events.length) {
    const start = sequences.length;
    const count = powerOfTwoUpTo(Math.min(MAX_ROWS, events.length - start));
    const parameters = events.slice(start, start + count).flatMap(eventValues);
    const last = Number(run(withRows(INSERT_EVENT, EVENT, count), parameters).lastInsertRowid);
    for (let before = count - 1; before >= 0; before--) sequences.push(last - before);
  }
  return sequences;
}

function eventValues({ at, dispatchId, nodeId, status, reason }: NewEvent): SqlValue[] {
  return [at, dispatchId, nodeId ?? null, status, reason ?? null];
}

const ADD_COMPLETED =
  "UPDATE lattices SET completed_electron_num = completed_electron_num + ?, updated_at = ? WHERE id = ?";

/** One statement for each dispatch, however many of its nodes completed. */
export function addCompletions(run: Run, units: readonly Unit[]): void {
  const sums = new Map<number, { count: number; at: string }>();
  for (const { completions } of units) {
    if (completions === undefined) continue;
    const { row, count, at } = completions;
    sums.set(row, { count: count + (sums.get(row)?.count ?? 0), at });
  }
  for (const [row, { count, at }] of sums) run(ADD_COMPLETED, [count, at, row]);
}

function withRows(sql: string, tuple: string, count: number): string {
  return sql + `, ${tuple}`.repeat(count - 1);
}

function powerOfTwoUpTo(count: number): number {
  return 2 ** (31 - Math.clz32(count));
}
