import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  BEHIND_A_REFUSAL,
  type GroupOutcome,
  type Refusal,
  type RunGroup,
  type Statement,
  type Unit,
  type UnitOutcome,
} from "../../writer/unit.ts";
import { faultKind, messageOf } from "./fault.ts";
import { addCompletions, insertEvents, type Run, together } from "./together.ts";

/**
 * Executes groups of units on a connection, each group in one transaction.
 *
 * First all units run straight through, in an order in which rows of one kind meet. If one is refused, the transaction is undone and run again with a savepoint around each
 * unit, so that the guilty one alone is left out: the usual case pays for no savepoints. A long transaction lets the event loop
 * turn now and then; only this connection writes, so nothing can come in between.
 *
 * If the process dies anywhere before COMMIT returns, SQLite ignores the unfinished transaction when the file is next opened; if
 * it dies after, the whole group is there. A caller is told only after COMMIT.
 */
export function groupRunner(connection: DatabaseSync): RunGroup {
  const run = cachedStatements(connection);
  return async (units) => {
    try {
      const outcomes =
        (await attempt(connection, run, units, false)) ?? (await attempt(connection, run, units, true));
      return { kind: "done", outcomes: outcomes ?? [] };
    } catch (error) {
      return groupFault(error);
    }
  };
}

/** Statements between two turns of the event loop: about 10 ms. */
const STATEMENTS_PER_TURN = 2_000;

/** Prepared statements are few: their texts are fixed. */
const MAX_CACHED = 300;

/** One try of a group. `undefined` when a unit was refused and none had a savepoint: everything is undone. */
async function attempt(
  connection: DatabaseSync,
  run: Run,
  units: readonly Unit[],
  withSavepoints: boolean,
): Promise<readonly UnitOutcome[] | undefined> {
  // IMMEDIATE asks for the write lock now: a busy database is met here, before anything is done.
  connection.exec("BEGIN IMMEDIATE");
  try {
    const outcomes = withSavepoints
      ? await runEach(connection, run, units)
      : await runStraightThrough(run, units);
    if (outcomes !== undefined) connection.exec("COMMIT");
    return outcomes;
  } finally {
    // Only after a refusal or an error: a failed COMMIT leaves the transaction open.
    if (connection.isTransaction) connection.exec("ROLLBACK");
  }
}

async function runStraightThrough(run: Run, units: readonly Unit[]): Promise<UnitOutcome[] | undefined> {
  const { early = [], others = [] } = Object.groupBy(
    units.flatMap(({ statements }) => statements),
    (statement) => (statement.early ? "early" : "others"),
  );
  if ((await runStatements(run, early)) !== undefined) return undefined;
  if ((await runStatements(run, others)) !== undefined) return undefined;
  try {
    return conclude(run, units);
  } catch (error) {
    if (faultKind(error) !== "statement") throw error;
    return undefined;
  }
}

async function runEach(connection: DatabaseSync, run: Run, units: readonly Unit[]): Promise<UnitOutcome[]> {
  const refused = new Set<number>();
  const outcomes: UnitOutcome[] = [];
  for (const unit of units) {
    if (unit.stream !== undefined && refused.has(unit.stream)) {
      outcomes.push(BEHIND_A_REFUSAL);
      continue;
    }
    connection.exec("SAVEPOINT unit");
    const outcome = await runUnit(run, unit);
    if (outcome.kind !== "committed") {
      connection.exec("ROLLBACK TO unit");
      if (unit.stream !== undefined) refused.add(unit.stream);
    }
    connection.exec("RELEASE unit");
    outcomes.push(outcome);
  }
  return outcomes;
}

async function runUnit(run: Run, unit: Unit): Promise<UnitOutcome> {
  const refusal = await runStatements(run, unit.statements);
  if (refusal !== undefined) return refusal;
  try {
    return conclude(run, [unit])[0] ?? BEHIND_A_REFUSAL;
  } catch (error) {
    if (faultKind(error) !== "statement") throw error;
    return { kind: "refused", statement: unit.statements.length, reason: messageOf(error) };
  }
}

/** What is left to write when the statements of units are done: one for all of them. */
function conclude(run: Run, units: readonly Unit[]): UnitOutcome[] {
  addCompletions(run, units);
  const sequences = insertEvents(
    run,
    units.flatMap(({ events }) => events),
  );
  let next = 0;
  return units.map(({ events }) => {
    const first = next;
    next += events.length;
    return { kind: "committed", sequences: sequences.slice(first, next) };
  });
}

/** `undefined` when nothing was refused. */
async function runStatements(run: Run, statements: readonly Statement[]): Promise<Refusal | undefined> {
  let index = 0;
  let turned = 0;
  try {
    while (index < statements.length) {
      const { statement, count } = together(statements, index);
      const { changes } = run(statement.sql, statement.parameters);
      if (Number(changes) < (statement.mustChange ?? 0)) return { kind: "unchanged", statement: index };
      index += count;
      if (index - turned < STATEMENTS_PER_TURN) continue;
      turned = index;
      await nextTurn();
    }
    return undefined;
  } catch (error) {
    if (faultKind(error) !== "statement") throw error;
    return { kind: "refused", statement: index, reason: messageOf(error) };
  }
}

function groupFault(error: unknown): GroupOutcome {
  if (faultKind(error) === "busy") return { kind: "busy" };
  return { kind: "failed", reason: messageOf(error) };
}

function cachedStatements(connection: DatabaseSync): Run {
  const cache = new Map<string, StatementSync>();
  return (sql, parameters) => {
    let statement = cache.get(sql);
    if (statement === undefined) {
      if (cache.size >= MAX_CACHED) cache.clear();
      statement = connection.prepare(sql);
      cache.set(sql, statement);
    }
    return statement.run(...parameters);
  };
}
