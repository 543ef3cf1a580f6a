import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  BEHIND_A_REFUSAL,
  type GroupOutcome,
  type NewEvent,
  type RunGroup,
  type SqlValue,
  type Unit,
  type UnitOutcome,
} from "../../writer/unit.ts";
import { faultKind, messageOf } from "./fault.ts";

/**
 * Executes groups of units on a connection, each group in one transaction.
 *
 * First all units run straight through. If one is refused, the transaction is undone and run again with a savepoint around each
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

const INSERT_EVENT = "INSERT INTO events (at, dispatch_id, node_id, status, reason) VALUES (?, ?, ?, ?, ?)";

/** Statements between two turns of the event loop: about 10 ms. */
const STATEMENTS_PER_TURN = 2_000;

/** Prepared statements are few: their texts are fixed. */
const MAX_CACHED = 300;

type Run = (sql: string, parameters: readonly SqlValue[]) => ReturnType<StatementSync["run"]>;

/** One try of a group. `undefined` when a unit was refused and none had a savepoint: everything is undone. */
async function attempt(
  connection: DatabaseSync,
  run: Run,
  units: readonly Unit[],
  withSavepoints: boolean,
): Promise<UnitOutcome[] | undefined> {
  // IMMEDIATE asks for the write lock now: a busy database is met here, before anything is done.
  connection.exec("BEGIN IMMEDIATE");
  try {
    const outcomes: UnitOutcome[] = [];
    const refused = new Set<number>();
    for (const unit of units) {
      if (unit.stream !== undefined && refused.has(unit.stream)) {
        outcomes.push(BEHIND_A_REFUSAL);
        continue;
      }
      if (withSavepoints) connection.exec("SAVEPOINT unit");
      const outcome = await runUnit(run, unit);
      if (outcome.kind !== "committed") {
        if (!withSavepoints) return undefined;
        connection.exec("ROLLBACK TO unit");
        if (unit.stream !== undefined) refused.add(unit.stream);
      }
      if (withSavepoints) connection.exec("RELEASE unit");
      outcomes.push(outcome);
    }
    connection.exec("COMMIT");
    return outcomes;
  } finally {
    // Only after a refusal or an error: a failed COMMIT leaves the transaction open.
    if (connection.isTransaction) connection.exec("ROLLBACK");
  }
}

async function runUnit(run: Run, unit: Unit): Promise<UnitOutcome> {
  let index = 0;
  try {
    for (const { sql, parameters, mustChange } of unit.statements) {
      const { changes } = run(sql, parameters);
      if (mustChange && changes === 0) return { kind: "unchanged", statement: index };
      index += 1;
      if (index % STATEMENTS_PER_TURN === 0) await nextTurn();
    }
    return { kind: "committed", sequences: unit.events.map((event) => insertEvent(run, event)) };
  } catch (error) {
    if (faultKind(error) !== "statement") throw error;
    return { kind: "refused", statement: index, reason: messageOf(error) };
  }
}

/** The key is the event's number: AUTOINCREMENT never gives one again, even after the newest rows are gone. */
function insertEvent(run: Run, event: NewEvent): number {
  const { at, dispatchId, nodeId = null, status, reason = null } = event;
  return Number(run(INSERT_EVENT, [at, dispatchId, nodeId, status, reason]).lastInsertRowid);
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
