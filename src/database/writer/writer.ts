import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { CovalentError } from "../../model/errors.ts";
import type { StatusEvent } from "../../model/event.ts";
import { type GroupOutcome, type RunGroup, type Unit, type UnitOutcome, weightOf } from "./unit.ts";

/**
 * The one writer of a database. Whatever is asked for while a transaction is under way, or in the same turn of the event loop,
 * goes into the next transaction together: the more is asked of it, the cheaper each change becomes.
 *
 * Units are committed in the order in which they were given. A promise resolves after its commit; the events of a group are
 * published after its commit and before its promises resolve. When the database is busy, the group is tried again until it
 * succeeds; a unit that is refused is refused alone.
 */
export interface Writer {
  /** @throws {CovalentError} `DATABASE_UNUSABLE`, `DATABASE_BUSY` (only when closing); {@link RefusedUnit} */
  write(unit: Unit): Promise<void>;
  /** Writes what was asked for, then takes no more. */
  close(): Promise<void>;
}

export interface WriterOptions {
  readonly path: string;
  readonly run: RunGroup;
  readonly publish: (events: readonly StatusEvent[]) => void;
  /** Told after each commit how many statements it had. */
  readonly afterCommit: (statements: number) => void;
}

/** A unit that the database would not take, and which of its statements was to blame. */
export class RefusedUnit extends Error {
  readonly outcome: Exclude<UnitOutcome, { kind: "committed" }>;

  constructor(outcome: RefusedUnit["outcome"]) {
    super(outcome.kind === "refused" ? outcome.reason : `statement ${outcome.statement} changed nothing`);
    this.name = "RefusedUnit";
    this.outcome = outcome;
  }
}

interface Queued {
  readonly unit: Unit;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Statements in one transaction, unless a single unit has more: about 15 ms on the event loop. */
const GROUP_LIMIT = 3_000;

const FIRST_RETRY_MS = 1;
const LONGEST_RETRY_MS = 50;

/** How long a closing writer goes on asking for a lock that another program holds. */
const CLOSING_PATIENCE_MS = 5_000;

export function createWriter({ path, run, publish, afterCommit }: WriterOptions): Writer {
  const queue: Queued[] = [];
  let draining: Promise<void> | undefined;
  let closedAt: number | undefined;

  async function drain(): Promise<void> {
    // Whoever else writes in this turn of the event loop is in the group too.
    await nextTurn();
    while (queue.length > 0) {
      const group = takeGroup(queue);
      settle(group, await runUntilFree(group.map(({ unit }) => unit)));
      await nextTurn();
    }
    draining = undefined;
  }

  async function runUntilFree(units: readonly Unit[]): Promise<GroupOutcome> {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
      const outcome = await run(units);
      const outOfPatience = closedAt !== undefined && Date.now() > closedAt + CLOSING_PATIENCE_MS;
      if (outcome.kind !== "busy" || outOfPatience) return outcome;
      await delay(wait);
    }
  }

  function settle(group: readonly Queued[], outcome: GroupOutcome): void {
    if (outcome.kind !== "done") {
      const error = groupError(path, outcome);
      for (const { reject } of group) reject(error);
      return;
    }
    afterCommit(group.reduce((sum, { unit }) => sum + weightOf(unit), 0));
    const events = group.flatMap(({ unit }, index) => numbered(unit, outcome.outcomes[index]));
    if (events.length > 0) publish(events);
    group.forEach(({ resolve, reject }, index) => {
      const result = outcome.outcomes[index];
      if (result?.kind === "committed") resolve();
      else if (result !== undefined) reject(new RefusedUnit(result));
    });
  }

  return {
    write(unit) {
      if (closedAt !== undefined) return Promise.reject(closedError(path));
      return new Promise((resolve, reject) => {
        queue.push({ unit, resolve, reject });
        draining ??= drain();
      });
    },
    async close() {
      closedAt ??= Date.now();
      await draining;
    },
  };
}

/** As many units as fit into one transaction, at least one. */
function takeGroup(queue: Queued[]): Queued[] {
  let weight = 0;
  let count = 0;
  for (const { unit } of queue) {
    weight += weightOf(unit);
    if (count > 0 && weight > GROUP_LIMIT) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function numbered(unit: Unit, outcome: UnitOutcome | undefined): StatusEvent[] {
  if (outcome?.kind !== "committed") return [];
  return outcome.sequences.flatMap((sequence, index) => {
    const event = unit.events[index];
    return event === undefined ? [] : [{ sequence, ...event }];
  });
}

function groupError(path: string, outcome: Exclude<GroupOutcome, { kind: "done" }>): CovalentError {
  if (outcome.kind === "busy") return new CovalentError("DATABASE_BUSY", { path });
  const advice = "Nothing of this change was written. Check the disk, then try again.";
  return new CovalentError("DATABASE_UNUSABLE", { path, reason: outcome.reason, advice });
}

function closedError(path: string): CovalentError {
  return new CovalentError("DATABASE_UNUSABLE", {
    path,
    reason: "it is closed",
    advice: "The server is stopping.",
  });
}
