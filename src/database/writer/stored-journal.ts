import type { Kysely } from "kysely";
import type { Change } from "../../model/change.ts";
import { CovalentError } from "../../model/errors.ts";
import { nodeMayBecome, STATUSES } from "../../model/status.ts";
import type { Journal } from "../journal.ts";
import { cachedResult } from "../repositories/cache-entries.ts";
import { contentOf } from "../repositories/content.ts";
import { loadDispatch } from "../repositories/load-dispatch.ts";
import { readSubDispatch } from "../repositories/sub-dispatch.ts";
import { linkedDispatch } from "../repositories/sub-dispatch-links.ts";
import { unbegunDispatches } from "../repositories/unbegun.ts";
import type { Tables } from "../tables.ts";
import { toDatetime } from "../times.ts";
import { prepareAbandoning } from "./abandon.ts";
import { type ChangeUnit, prepareChangeUnits } from "./change-unit.ts";
import type { Ids } from "./ids.ts";
import { prepare } from "./prepare.ts";
import type { Unit } from "./unit.ts";
import { RefusedUnit, type Writer } from "./writer.ts";

export interface JournalOptions {
  /** For reading. */
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
  readonly ids: Ids;
}

/** The journal of a database. */
export function createJournal({ db, writer, ids }: JournalOptions): Journal {
  const toUnit = prepareChangeUnits(db, ids);
  const claim = prepareClaim(db);
  const abandoning = prepareAbandoning(db);
  return {
    async load(dispatchId, registered) {
      const stored = await loadDispatch(db, dispatchId, registered);
      if (stored !== undefined) writer.reopen(stored.row);
      return stored;
    },
    inFlight: () => startedDispatches(db),
    inlineContent: (digests) => contentOf(db, digests),
    subDispatch: (dispatchId) => readSubDispatch(db, dispatchId),
    linkedDispatch: (node) => linkedDispatch(db, node),
    unbegun: (node) => unbegunDispatches(db, node),
    cached: (key, at) => cachedResult(db, key, at),
    claimStart: (dispatchId, at) =>
      changes(writer, {
        statements: [{ ...claim({ dispatchId, at: toDatetime(at) }), mustChange: 1 }],
        events: [{ at, dispatchId, status: "STARTING" }],
      }),
    cancelUnstarted: (dispatchId, at, reason) =>
      changes(writer, abandoning.cancelUnstarted({ dispatchId, at, reason })),
    // Nothing, in its turn.
    settled: () => writer.write({ statements: [], events: [] }),
    abandon: (dispatchId, at, reason) => writer.write(abandoning.fail({ dispatchId, at, reason })),
    async commit(changes) {
      if (changes.length === 0) return;
      const unit = toUnit(changes);
      try {
        await writer.write(unit);
      } catch (error) {
        throw error instanceof RefusedUnit ? await explain(db, unit, error) : error;
      }
    },
  };
}

/** Writes a unit that somebody else may have made pointless: false when it changes nothing. */
async function changes(writer: Writer, unit: Unit): Promise<boolean> {
  try {
    await writer.write(unit);
    return true;
  } catch (error) {
    if (error instanceof RefusedUnit && error.outcome.kind === "unchanged") return false;
    throw error;
  }
}

function prepareClaim(db: Kysely<Tables>) {
  return prepare<{ dispatchId: string; at: string }>((value) =>
    db
      .updateTable("lattices")
      .set({ status: "STARTING", updated_at: value("at") })
      .where("dispatch_id", "=", value("dispatchId"))
      .where("status", "=", "NEW_OBJECT")
      .where("registering", "is", null)
      .where("language", "is not", null),
  );
}

/** Those with a language are ours; what the original left running is never taken up. */
async function startedDispatches(db: Kysely<Tables>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("lattices")
    .select("dispatch_id")
    .where("language", "is not", null)
    .where("registering", "is", null)
    .where("is_active", "=", 1)
    .where("status", "in", ["STARTING", "RUNNING"])
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map((row) => row.dispatch_id);
}

/** Why a commit was refused: which change could not be made, and what stands in its way. */
async function explain(db: Kysely<Tables>, unit: ChangeUnit, error: RefusedUnit): Promise<CovalentError> {
  const change = await firstImpossible(db, unit.changes[error.outcome.statement] ?? []);
  if (error.outcome.kind === "refused" || change === undefined || !("status" in change)) {
    const reason = `the database refused ${change === undefined ? "a change" : nameOf(change)}: ${error.message}`;
    return new CovalentError("INTERNAL", { reason }, { cause: error });
  }
  const from = await statusNow(db, change);
  return new CovalentError(
    "ILLEGAL_TRANSITION",
    { what: nameOf(change), from, to: change.status },
    { cause: error },
  );
}

/** Of changes that were made in one statement, the first that the database does not allow. */
async function firstImpossible(db: Kysely<Tables>, changes: readonly Change[]): Promise<Change | undefined> {
  if (changes.length < 2) return changes[0];
  for (const change of changes) {
    if (change.kind !== "node-status") return change;
    const now = await statusNow(db, change);
    if (!STATUSES.some((status) => status === now && nodeMayBecome(status, change.status))) return change;
  }
  return undefined;
}

async function statusNow(db: Kysely<Tables>, change: Extract<Change, { status: unknown }>): Promise<string> {
  const row = await (change.kind === "dispatch-status"
    ? db.selectFrom("lattices").select("status").where("id", "=", change.dispatch)
    : db.selectFrom("electrons").select("status").where("id", "=", change.node)
  ).executeTakeFirst();
  return row?.status ?? "not in the database";
}

function nameOf(change: Change): string {
  switch (change.kind) {
    case "dispatch-status":
      return `dispatch ${change.dispatchId}`;
    case "node-status":
      return `node ${change.nodeId} of dispatch ${change.dispatchId}`;
    case "attempt-placed":
      return `attempt ${change.number} of electron row ${change.node}`;
    case "attempt-ended":
      return `the end of an attempt of electron row ${change.node}`;
    case "sub-dispatch-failed":
      return `the failure of the dispatch of electron row ${change.node}`;
    case "retry-planned":
      return `the wait of electron row ${change.node} for its next attempt`;
    case "cancel-requested":
      return `the cancelling of lattice row ${change.dispatch}`;
    case "dispatch-paused":
      return `the pausing of lattice row ${change.dispatch}`;
    case "result-cached":
      return `the cached result of node ${change.nodeId} of dispatch ${change.dispatchId}`;
  }
}
