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

export function createWriter(options: WriterOptions): Writer {
  return new GroupWriter(options);
}

class GroupWriter implements Writer {
  readonly #options: WriterOptions;
  #queue: Queued[] = [];
  readonly #refusedStreams = new Set<number>();
  #stalled: string | undefined;
  #draining: Promise<void> | undefined;
  #closedAt: number | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get stalled(): string | undefined {
    return this.#stalled;
  }

  write(unit: Unit): Promise<void> {
    if (this.#closedAt !== undefined) return Promise.reject(closedError(this.#options.path));
    if (unit.stream !== undefined && this.#refusedStreams.has(unit.stream)) {
      return Promise.reject(new RefusedUnit(BEHIND_A_REFUSAL));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ unit, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  reopen(stream: number): void {
    this.#refusedStreams.delete(stream);
  }

  async close(): Promise<void> {
    this.#closedAt ??= Date.now();
    await this.#draining;
  }

  async #drain(): Promise<void> {
    // Whoever else writes in this turn of the event loop is in the group too.
    await nextTurn();
    while (this.#queue.length > 0) {
      const group = takeGroup(this.#queue);
      this.#settle(group, await this.#runUntilFree(group.map(({ unit }) => unit)));
      // What comes behind the last one begins a turn of its own.
      if (this.#queue.length > 0) await nextTurn();
    }
    this.#draining = undefined;
  }

  async #runUntilFree(units: readonly Unit[]): Promise<GroupOutcome> {
    const began = performance.now();
    for (let wait = FIRST_RETRY_MS; ; wait *= 2) {
      const outcome = await this.#options.run(units);
      if (outcome.kind === "done" || this.#isOutOfPatience()) {
        this.#noteStall(undefined);
        return outcome;
      }
      if (performance.now() - began > STALLED_AFTER_MS) this.#noteStall(reasonOf(outcome));
      wait = Math.min(wait, LONGEST_RETRY_MS[outcome.kind]);
      await delay(wait);
    }
  }

  #isOutOfPatience(): boolean {
    return this.#closedAt !== undefined && Date.now() > this.#closedAt + CLOSING_PATIENCE_MS;
  }

  #noteStall(reason: string | undefined): void {
    if ((this.#stalled === undefined) !== (reason === undefined)) this.#options.onStall?.(reason);
    this.#stalled = reason;
  }

  #settle(group: readonly Queued[], outcome: GroupOutcome): void {
    if (outcome.kind !== "done") {
      const error = groupError(this.#options.path, outcome);
      for (const queued of group) this.#refuse(queued, error);
      return;
    }
    this.#options.afterCommit(group.reduce((sum, { unit }) => sum + weightOf(unit), 0));
    const events = group.flatMap(({ unit }, index) => numbered(unit, outcome.outcomes[index]));
    if (events.length > 0) this.#options.publish(events);
    for (const [index, queued] of group.entries()) {
      const result = outcome.outcomes[index];
      if (result?.kind === "committed") queued.resolve();
      else if (result !== undefined) this.#refuse(queued, new RefusedUnit(result));
    }
  }

  #refuse({ unit: { stream }, reject }: Queued, error: Error): void {
    reject(error);
    if (stream === undefined) return;
    this.#refusedStreams.add(stream);
    // What is queued behind it builds on it.
    const [behind, others] = partition(this.#queue, ({ unit }) => unit.stream === stream);
    this.#queue = others;
    for (const queued of behind) queued.reject(new RefusedUnit(BEHIND_A_REFUSAL));
  }
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
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
