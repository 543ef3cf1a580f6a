import type { Logger } from "../../model/logger.ts";
import type { AttemptSpec } from "../executor.ts";
import type { AttemptEndings } from "./attempt-endings.ts";
import { type AttemptKiller, clearAlarm } from "./attempt-killer.ts";
import { cancelledUnstarted, failedBy } from "./attempt-outcome.ts";
import { guarded } from "./guarded.ts";
import type { HeldAttempt } from "./held-attempt.ts";
import type { PoolWorker } from "./pool-worker.ts";
import { QueueDepth } from "./queue-depth.ts";
import type { SilenceWatch } from "./silence-watch.ts";
import { WaitLine } from "./wait-line.ts";
import type { PackedAttempt } from "./worker-kind.ts";

/** How long an idle worker watches another one's queue before it takes from it. */
const STEAL_AFTER_MS = 10;

export interface PlacementSurroundings {
  /** How many attempts run at once. */
  readonly concurrency: number;
  readonly pack: (spec: AttemptSpec) => PackedAttempt;
  readonly logger: Logger;
  readonly endings: AttemptEndings;
  readonly killer: AttemptKiller;
  readonly silence: SilenceWatch;
  workers(): Iterable<PoolWorker>;
}

/** Gives waiting attempts to workers: as many ahead as their tasks are short, and none that another worker could start now. */
export class AttemptPlacement {
  readonly #with: PlacementSurroundings;
  readonly #waiting = new WaitLine();
  readonly #depth = new QueueDepth();
  #isDue = false;
  #balancing: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(surroundings: PlacementSurroundings) {
    this.#with = surroundings;
  }

  /** How many attempts the workers can use, those included that they have. */
  get capacity(): number {
    return this.#isClosed ? 0 : this.#with.concurrency * this.#depth.current;
  }

  /** A task took this long. */
  noteDuration(durationMs: number): void {
    this.#depth.note(durationMs);
  }

  add(attempts: readonly HeldAttempt[]): void {
    this.#waiting.add(attempts);
    this.place();
  }

  /** Ends attempts that wait for a place. */
  cancel(attempts: ReadonlySet<HeldAttempt>): void {
    if (attempts.size > 0) this.#waiting.remove(attempts);
    for (const held of attempts) this.#with.endings.end(held, null, cancelledUnstarted());
  }

  /** Takes attempts that have not started where they were; those that are cancelled end here. */
  putBack(attempts: readonly HeldAttempt[]): void {
    for (const held of attempts) clearAlarm(held);
    this.#waiting.putBack(attempts.filter((held) => held.stopping !== "cancel"));
    for (const held of attempts) {
      if (held.stopping === "cancel") this.#with.endings.end(held, null, cancelledUnstarted());
    }
    this.place();
  }

  /** There are no workers, and there will be none soon. */
  failWaiting(reason: string): void {
    const message = `no worker can be started: ${reason}`;
    for (const held of this.#waiting.drain()) {
      this.#with.endings.end(held, null, failedBy("NoWorkers", message));
    }
  }

  /** Once for everything that happens in this turn. */
  place(): void {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.#isClosed) return;
      guarded(this.#with.logger, () => {
        this.#fill();
        this.#balance();
      });
    });
  }

  close(): void {
    this.#isClosed = true;
    if (this.#balancing !== null) clearTimeout(this.#balancing);
  }

  #fill(): void {
    const open = this.#openWorkers();
    while (this.#waiting.length > 0) {
      const worker = leastLoaded(open);
      if (worker === undefined || worker.held.size >= this.#depth.current) return;
      const held = this.#waiting.take();
      if (held !== undefined) this.#give(held, worker);
    }
  }

  /**
   * Those that may be given attempts. No more run at once than there is room for: spares wait, and what an earlier server
   * started takes up its place.
   */
  #openWorkers(): readonly PoolWorker[] {
    const workers = [...this.#with.workers()];
    const elsewhere = workers.filter((worker) => !worker.isOpen && worker.isOccupied).length;
    return workers
      .filter((worker) => worker.isOpen)
      .sort((a, b) => b.held.size - a.held.size)
      .slice(0, Math.max(0, this.#with.concurrency - elsewhere));
  }

  #give(held: HeldAttempt, worker: PoolWorker): void {
    worker.give(held);
    this.#with.silence.watch(worker);
    const placement = held.placement;
    held.observer.placed(held.spec.token, worker.handle).then(
      () => {
        // It may have been taken back, and even placed again, meanwhile.
        if (held.placement !== placement || held.place !== worker) return;
        worker.release(held, this.#with.pack(held.spec));
        if (worker.head === held) this.#with.killer.watch(worker);
      },
      (error) => this.#notPlaced(held, worker, error),
    );
  }

  /** Without a durable handle it must not run; the dispatcher knows why its commit failed. */
  #notPlaced(held: HeldAttempt, worker: PoolWorker, error: unknown): void {
    const { logger, endings } = this.#with;
    logger.error({ err: error, token: held.spec.token }, "an attempt's place could not be recorded");
    if (held.place !== worker) return;
    this.putBack(worker.recall().filter((taken) => taken !== held));
    const message = `its place could not be recorded: ${error instanceof Error ? error.message : String(error)}`;
    endings.end(held, null, failedBy("NotPlaced", message));
  }

  /** While a worker is idle, nothing waits behind a long task of another one. */
  #balance(): void {
    if (this.#balancing !== null || this.#waiting.length > 0 || this.#overloaded().length === 0) return;
    this.#balancing = setTimeout(() => {
      this.#balancing = null;
      guarded(this.#with.logger, () => this.#steal());
    }, STEAL_AFTER_MS);
    this.#balancing.unref();
  }

  #steal(): void {
    const since = performance.now() - STEAL_AFTER_MS;
    for (const worker of this.#overloaded()) {
      if (worker.headSince <= since) this.putBack(worker.recall());
    }
    this.place();
  }

  /** Workers with attempts that wait in them, while another worker has none. */
  #overloaded(): readonly PoolWorker[] {
    const open = this.#openWorkers();
    if (!open.some((worker) => worker.held.size === 0)) return [];
    const workers = [...this.#with.workers()];
    return workers.filter(
      (worker) => worker.head !== undefined && worker.held.size > 1 && !worker.isRecalling,
    );
  }
}

function leastLoaded(workers: readonly PoolWorker[]): PoolWorker | undefined {
  let least: PoolWorker | undefined;
  for (const worker of workers) if (least === undefined || worker.held.size < least.held.size) least = worker;
  return least;
}
