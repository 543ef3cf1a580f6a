import type { StatementSync } from "node:sqlite";
import type { NewEvent, SqlValue, Statement, Unit } from "../../writer/unit.ts";

/**
 * What a group of units has in common is written together: rows of one table in one statement, all events, and one count for each
 * dispatch. A row costs little more than binding its values, so what all rows of a statement have in common is bound once.
 */
export type Run = (sql: string, parameters: readonly SqlValue[]) => ReturnType<StatementSync["run"]>;

/** A statement, and how many of those that were asked for it stands for. */
export interface Together {
  readonly statement: Statement;
  readonly count: number;
}

/** Rows in one statement: few numbers, so that there are few texts, which stay prepared. */
const ROWS = [64, 16, 4, 2] as const;

/** The statement at `index`, with as many of those behind it as can be run together with it. */
export function together(statements: readonly Statement[], index: number): Together {
  const statement = statements[index] as Statement;
  if (statement.insert === undefined) return { statement, count: 1 };
  let same = 1;
  while (same < ROWS[0] && statements[index + same]?.sql === statement.sql) same++;
  const count = rowsUpTo(same);
  if (count === 1) return { statement, count };
  const rows = statements.slice(index, index + count).map(({ parameters }) => parameters);
  return { statement: insertOf(statement.insert, rows), count };
}

const INSERT_EVENT = "INSERT INTO events (at, dispatch_id, node_id, status, reason) VALUES ";

/**
 * Writes events and gives their numbers. The key is the event's number: AUTOINCREMENT never gives one again, even after the newest
 * rows are gone, and gives consecutive ones inside a transaction.
 */
export function insertEvents(run: Run, events: readonly NewEvent[]): number[] {
  const sequences: number[] = [];
  while (sequences.length < events.length) {
    const start = sequences.length;
    const count = rowsUpTo(events.length - start);
    const { sql, parameters } = insertOf(INSERT_EVENT, events.slice(start, start + count).map(eventValues));
    const last = Number(run(sql, parameters).lastInsertRowid);
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

/** One INSERT of several rows. Columns with the same value in all of them have one parameter, which comes before the others. */
function insertOf(insert: string, rows: readonly (readonly SqlValue[])[]): Statement {
  const [first = []] = rows;
  const shared = first.map((value, column) => rows.every((row) => row[column] === value));
  const own = [...shared.keys()].filter((column) => !shared[column]);
  const parameters = first.filter((_, column) => shared[column]);
  for (const row of rows) for (const column of own) parameters.push(row[column] ?? null);
  return { sql: knownText(insert, shared, rows.length), parameters };
}

/** Putting a text together takes longer than running it: few of them are all there are. */
const TEXTS = new Map<string, string>();
const MAX_TEXTS = 1_000;

function knownText(insert: string, shared: readonly boolean[], count: number): string {
  const key = `${count} ${shared.map(Number).join("")} ${insert}`;
  const known = TEXTS.get(key);
  if (known !== undefined) return known;
  if (TEXTS.size >= MAX_TEXTS) TEXTS.clear();
  const text = insertText(insert, shared, count);
  TEXTS.set(key, text);
  return text;
}

/**
 * The first row names its parameters by number, so that those which are shared come first. Others have none: whoever binds values
 * asks SQLite for the name of each parameter, and SQLite goes through all that have one.
 */
function insertText(insert: string, shared: readonly boolean[], count: number): string {
  let common = 0;
  let own = shared.filter(Boolean).length;
  const first = shared.map((isShared) => `?${isShared ? ++common : ++own}`);
  const next = first.map((parameter, column) => (shared[column] ? parameter : "?"));
  return insert + [first, ...Array(count - 1).fill(next)].map((row) => `(${row.join(", ")})`).join(", ");
}

function rowsUpTo(count: number): number {
  return ROWS.find((rows) => rows <= count) ?? 1;
}
