import type { Logger } from "../../model/logger.ts";
import { guarded } from "./guarded.ts";
import type { PoolWorker } from "./pool-worker.ts";

/** How long a worker with several attempts may be silent before its spool is looked at, again and again until it speaks. */
const SILENT_MS = 20;

/** Notices workers that have several attempts and say nothing: they may have finished one and be deep in the next. */
export class SilenceWatch {
  readonly #timers = new Map<PoolWorker, NodeJS.Timeout>();
  readonly #look: (worker: PoolWorker) => void;
  readonly #logger: Logger;

  constructor(look: (worker: PoolWorker) => void, logger: Logger) {
    this.#look = look;
    this.#logger = logger;
  }

  /** From now on: it has said something, or was given something. */
  watch(worker: PoolWorker): void {
    const timer = this.#timers.get(worker);
    if (timer !== undefined) timer.refresh();
    else this.#timers.set(worker, setInterval(() => this.#wake(worker), SILENT_MS).unref());
  }

  close(): void {
    for (const timer of this.#timers.values()) clearInterval(timer);
    this.#timers.clear();
  }

  #wake(worker: PoolWorker): void {
    if (worker.held.size > 1 && !worker.dead) {
      guarded(this.#logger, () => this.#look(worker));
      return;
    }
    // It has nothing to tell.
    clearInterval(this.#timers.get(worker));
    this.#timers.delete(worker);
  }
}
