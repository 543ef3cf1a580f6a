import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { CovalentError } from "../../model/errors.ts";
import type { StatusEvent } from "../../model/event.ts";
import {
  BEHIND_A_REFUSAL,
  type GroupOutcome,
  type RunGroup,
  type Unit,
  type UnitOutcome,
  weightOf,
} from "./unit.ts";

/**
 * The one writer of a database. Whatever is asked for while a transaction is under way, or in the same turn of the event loop,
 * goes into the next transaction together: the more is asked of it, the cheaper each change becomes.
 *
 * Units are committed in the order in which they were given. A promise resolves after its commit; the events of a group are
 * published after its commit and before its promises resolve. When the database is busy or cannot be written (the disk is full),
 * the group waits and is tried again until it succeeds: what was done must be written, and space comes back. A unit that is
 * refused is refused alone, with what comes behind it in its stream.
 */
export interface Writer {
  /** @throws {CovalentError} `DATABASE_UNUSABLE`, `DATABASE_BUSY` (only when closing); {@link RefusedUnit} */
  write(unit: Unit): Promise<void>;
  /** Takes units of a stream again, of which one was refused: whoever builds on it has read it anew. */
  reopen(stream: number): void;
  /** Why nothing can be written at the moment; `undefined` when it can. */
  readonly stalled: string | undefined;
  /** Writes what was asked for, then takes no more. */
  close(): Promise<void>;
}

export interface WriterOptions {
  readonly path: string;
  readonly run: RunGroup;
  readonly publish: (events: readonly StatusEvent[]) => void;
  /** Told after each commit how many statements it had. */
  readonly afterCommit: (statements: number) => void;
  /** Told once when writing has been impossible for a second, and once when it goes on. */
  readonly onStall?: (reason: string | undefined) => void;
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
/** Other programs let go of their lock soon; a full disk takes longer. */
const LONGEST_RETRY_MS = { busy: 50, failed: 500 };
const STALLED_AFTER_MS = 1_000;

/** How long a closing writer goes on asking for a lock that another program holds. */
const CLOSING_PATIENCE_MS = 5_000;

export function createWriter({ path, run, publish, afterCommit, onStall }: WriterOptions): Writer {
  const queue: Queued[] = [];
  const refusedStreams = new Set<number>();
  let stalled: string | undefined;
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
    const began = performance.now();
    for (let wait = FIRST_RETRY_MS; ; wait *= 2) {
      const outcome = await run(units);
      if (outcome.kind === "done" || isOutOfPatience()) {
        noteStall(undefined);
        return outcome;
      }
      if (performance.now() - began > STALLED_AFTER_MS) noteStall(reasonOf(outcome));
      wait = Math.min(wait, LONGEST_RETRY_MS[outcome.kind]);
      await delay(wait);
    }
  }

  function isOutOfPatience(): boolean {
    return closedAt !== undefined && Date.now() > closedAt + CLOSING_PATIENCE_MS;
  }

  function noteStall(reason: string | undefined): void {
    if ((stalled === undefined) !== (reason === undefined)) onStall?.(reason);
    stalled = reason;
  }

  function settle(group: readonly Queued[], outcome: GroupOutcome): void {
    if (outcome.kind !== "done") {
      const error = groupError(path, outcome);
      for (const { unit, reject } of group) refuse(unit, reject, error);
      return;
    }
    afterCommit(group.reduce((sum, { unit }) => sum + weightOf(unit), 0));
    const events = group.flatMap(({ unit }, index) => numbered(unit, outcome.outcomes[index]));
    if (events.length > 0) publish(events);
    group.forEach(({ unit, resolve, reject }, index) => {
      const result = outcome.outcomes[index];
      if (result?.kind === "committed") resolve();
      else if (result !== undefined) refuse(unit, reject, new RefusedUnit(result));
    });
  }

  function refuse({ stream }: Unit, reject: Queued["reject"], error: Error): void {
    if (stream !== undefined) {
      refusedStreams.add(stream);
      // What is queued behind it builds on it.
      const behind = queue.filter(({ unit }) => unit.stream === stream);
      for (const { reject: rejectBehind } of behind) rejectBehind(new RefusedUnit(BEHIND_A_REFUSAL));
      queue.splice(0, queue.length, ...queue.filter(({ unit }) => unit.stream !== stream));
    }
    reject(error);
  }

  return {
    write(unit) {
      if (closedAt !== undefined) return Promise.reject(closedError(path));
      if (unit.stream !== undefined && refusedStreams.has(unit.stream)) {
        return Promise.reject(new RefusedUnit(BEHIND_A_REFUSAL));
      }
      return new Promise((resolve, reject) => {
        queue.push({ unit, resolve, reject });
        draining ??= drain();
      });
    },
    reopen: (stream) => void refusedStreams.delete(stream),
    get stalled() {
      return stalled;
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

function reasonOf(outcome: Exclude<GroupOutcome, { kind: "done" }>): string {
  return outcome.kind === "busy" ? "another program has locked the database" : outcome.reason;
}

function closedError(path: string): CovalentError {
  return new CovalentError("DATABASE_UNUSABLE", {
    path,
    reason: "it is closed",
    advice: "The server is stopping.",
  });
}
