import type { TriggerRepository } from "../database/repositories/trigger-repository.ts";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import type { TriggerRecord } from "../model/trigger.ts";
import { observe, type RowAccess, threshold } from "./observe.ts";
import type { TriggerObserver, TriggerSink } from "./trigger.ts";

/** Starts what a trigger fires. */
export interface Launcher {
  /**
   * What firing runs: the dispatch itself while it waits for its first start, else a new one that repeats it. The same key gives the
   * same dispatch. Nothing is started.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, ...
   */
  prepare(dispatchId: string, key: string): Promise<string>;
  /** Starts a dispatch that waits for its start; others are left as they are. */
  start(dispatchId: string): Promise<void>;
}

export interface ObservedTriggerParts extends RowAccess {
  readonly triggers: TriggerRepository;
  readonly launcher: Launcher;
  readonly logger: Logger;
}

/**
 * One trigger that is observed: counts what happens and fires, one firing after the other.
 *
 * A firing prepares the dispatch, stores that it has fired, then starts the dispatch. If the process dies before it is stored, the
 * firing never was, and its key finds the prepared dispatch again; if it dies after, {@link resume} starts it.
 */
export class ObservedTrigger {
  readonly id: string;
  #record: TriggerRecord;
  readonly #parts: ObservedTriggerParts;
  readonly #observer: TriggerObserver | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(record: TriggerRecord, parts: ObservedTriggerParts) {
    this.id = record.id;
    this.#record = record;
    this.#parts = parts;
    const sink: TriggerSink = {
      happened: (times, dueAt) => this.#do(() => this.#happened(times, dueAt)),
      problem: (reason) => this.#do(() => this.#noteProblem(reason ?? null)),
    };
    this.#observer = record.pausedAt === null ? observe(record, parts, sink) : undefined;
  }

  /** Resolves when nothing that happens from then on is missed. */
  get ready(): Promise<void> {
    return this.#observer?.ready ?? Promise.resolve();
  }

  /** Starts what an earlier server has prepared and not started. */
  resume(): void {
    const { lastDispatchId } = this.#record;
    if (lastDispatchId !== null) this.#do(() => this.#parts.launcher.start(lastDispatchId));
  }

  /** Fires now. Gives the dispatch that is started. @throws {CovalentError} as {@link Launcher} */
  fire(): Promise<string> {
    const fired = this.#work.then(() => this.#fire({}));
    this.#work = fired.catch(() => undefined);
    return fired;
  }

  /** Resolves when nothing more happens because of it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#observer?.close();
    await this.#work;
  }

  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (!this.#closed) await step().catch((error) => this.#failed(error));
    });
  }

  async #happened(times: number, dueAt: number | undefined): Promise<void> {
    const needed = threshold(this.#record.definition);
    let events = this.#record.events + times;
    for (; events >= needed && !this.#closed; events -= needed) {
      const due = dueAt === undefined ? {} : { dueAt };
      await this.#fire({ ...due, events: events - needed }).catch((error) => this.#failed(error, due));
    }
    if (events !== this.#record.events) await this.#note({ events });
  }

  async #fire(also: { readonly dueAt?: number; readonly events?: number }): Promise<string> {
    const { launcher, logger } = this.#parts;
    const { dispatchId, fired } = this.#record;
    const started = await launcher.prepare(dispatchId, `trigger ${this.id} ${fired + 1}`);
    // If the process dies here, this firing never was.
    const now = { fired: fired + 1, firedAt: Date.now(), lastDispatchId: started, problem: null };
    await this.#note({ ...also, ...now });
    // If the process dies here, the next server starts it.
    await launcher.start(started);
    logger.info({ triggerId: this.id, dispatchId: started }, "a trigger has started a dispatch");
    return started;
  }

  async #failed(error: unknown, also: { readonly dueAt?: number } = {}): Promise<void> {
    const { triggers, logger } = this.#parts;
    const problem = error instanceof Error ? error.message : String(error);
    logger.warn({ triggerId: this.id, dispatchId: this.#record.dispatchId, err: error }, "a trigger failed");
    await this.#note({ ...also, problem }).catch(() => undefined);
    const isGone = error instanceof CovalentError && error.code === "DISPATCH_NOT_FOUND";
    if (!isGone) return;
    this.#closed = true;
    await this.#observer?.close();
    await triggers.stop({ ids: [this.id] }, Date.now()).catch(() => undefined);
  }

  async #noteProblem(problem: string | null): Promise<void> {
    if (problem === this.#record.problem) return;
    if (problem !== null)
      this.#parts.logger.warn({ triggerId: this.id, problem }, "a trigger cannot observe");
    await this.#note({ problem });
  }

  async #note(progress: Parameters<TriggerRepository["note"]>[1]): Promise<void> {
    await this.#parts.triggers.note(this.id, progress);
    this.#record = { ...this.#record, ...progress };
  }
}
