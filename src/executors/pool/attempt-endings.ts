import type { Logger } from "../../model/logger.ts";
import type { Outcome } from "../executor.ts";
import { type AttemptKiller, clearAlarm } from "./attempt-killer.ts";
import type { HeldAttempt, HeldAttempts } from "./held-attempt.ts";
import type { PoolWorker } from "./pool-worker.ts";
import type { Unclaimed } from "./unclaimed.ts";

export interface EndingsSurroundings {
  readonly attempts: HeldAttempts;
  readonly unclaimed: Unclaimed;
  readonly killer: AttemptKiller;
  readonly logger: Logger;
}

/** How attempts leave the executor: once, with their outcome told to their observer, before their worker may forget them. */
export class AttemptEndings {
  readonly #with: EndingsSurroundings;
  readonly #telling = new Set<Promise<void>>();

  constructor(surroundings: EndingsSurroundings) {
    this.#with = surroundings;
  }

  /**
   * The one way out: whatever else is heard of this attempt is discarded.
   *
   * @param worker the one that ran it; `null` when it never started
   */
  end(held: HeldAttempt, worker: PoolWorker | null, outcome: Outcome | Promise<Outcome>): void {
    if (!this.#with.attempts.end(held)) return;
    clearAlarm(held);
    // Its place is free before its outcome is durable: the next one need not wait for that.
    held.place?.forget(held.spec.token);
    held.place = null;
    if (worker !== null) {
      worker.endings += 1;
      this.#with.killer.watch(worker);
    }
    const telling = this.#tell(held, worker, outcome).finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
  }

  /** An adopted worker that has handed over everything exits: it may be of another version than this server. */
  letGo(worker: PoolWorker): void {
    const isDone = worker.held.size === 0 && worker.endings === 0 && !this.#with.unclaimed.has(worker);
    if (worker.adopted && !worker.leaving && worker.connection !== null && isDone) worker.leave();
  }

  /** Resolves when everything that has ended so far has been told. */
  async told(): Promise<void> {
    await Promise.all(this.#telling);
  }

  async #tell(
    held: HeldAttempt,
    worker: PoolWorker | null,
    outcome: Outcome | Promise<Outcome>,
  ): Promise<void> {
    const { attempts, logger } = this.#with;
    const { token } = held.spec;
    try {
      await held.observer.ended(token, await outcome);
      worker?.acknowledge(token);
    } catch (error) {
      logger.error({ err: error, token }, "an outcome could not be recorded; it is left to the next server");
      worker?.keep(token);
    }
    attempts.remove(held);
    if (worker === null) return;
    worker.endings -= 1;
    worker.removeFilesWhenDone();
    this.letGo(worker);
  }
}
