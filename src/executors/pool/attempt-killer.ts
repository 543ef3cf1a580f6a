import type { Logger } from "../../model/logger.ts";
import { signalProcess } from "../../process/process-identity.ts";
import { guarded } from "./guarded.ts";
import type { HeldAttempt } from "./held-attempt.ts";
import type { PoolWorker } from "./pool-worker.ts";

export interface KillerEvents {
  /** These have not started and will not start where they were. */
  takenBack(attempts: readonly HeldAttempt[]): void;
  /** The worker is about to be killed. */
  doomed(worker: PoolWorker): void;
}

/** Node's timers hold 31 bits; a longer wait goes on after a look at how long the task really runs. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** When an attempt cannot be ended now (no file can be made), it is tried again after this. */
const RETRY_MS = 250;

/** Ends attempts that run too long or are cancelled, by killing the process group of their worker. */
export class AttemptKiller {
  readonly #graceMs: number;
  readonly #logger: Logger;
  readonly #events: KillerEvents;

  constructor(graceMs: number, logger: Logger, events: KillerEvents) {
    this.#graceMs = graceMs;
    this.#logger = logger;
    this.#events = events;
  }

  /** Sets the alarm for the attempt that a worker runs now, as far as the server can tell. */
  watch(worker: PoolWorker): void {
    const held = worker.head;
    if (held === undefined || !held.isReleased || held.alarm !== null || held.spec.timeoutMs === null) return;
    this.#alarm(held, worker, held.spec.timeoutMs);
  }

  /** Ends an attempt that a worker has. Where that fails it is tried again until the attempt has ended. */
  stop(held: HeldAttempt, worker: PoolWorker): void {
    this.#stop(held, worker).catch((error) => {
      const { token } = held.spec;
      this.#logger.error({ err: error, token }, "an attempt cannot be ended now; it is tried again");
      setTimeout(() => this.stop(held, worker), RETRY_MS).unref();
    });
  }

  /**
   * After the recall the worker starts nothing else, so that whatever is signalled below can only hit this attempt; if it has
   * finished meanwhile, its result counts and nothing is killed.
   */
  async #stop(held: HeldAttempt, worker: PoolWorker): Promise<void> {
    const { token } = held.spec;
    if (held.hasEnded || held.place !== worker) return;
    this.#events.takenBack(worker.recall());
    if (held.place !== worker) return;
    if (worker.holdError !== null) throw worker.holdError;
    if (!worker.runs(token)) return;
    this.#events.doomed(worker);
    worker.wasStopped = true;
    signalProcess(worker.handle, "SIGTERM", true);
    await worker.endsWithin(this.#graceMs);
    if (worker.runs(token)) signalProcess(worker.handle, "SIGKILL", true);
  }

  #alarm(held: HeldAttempt, worker: PoolWorker, delayMs: number): void {
    const ring = () => guarded(this.#logger, () => this.#check(held, worker));
    held.alarm = setTimeout(ring, Math.min(delayMs, MAX_DELAY_MS)).unref();
  }

  #check(held: HeldAttempt, worker: PoolWorker): void {
    const { timeoutMs } = held.spec;
    if (held.hasEnded || held.stopping !== null || held.place !== worker || timeoutMs === null) return;
    const left = timeoutMs - runningFor(held, worker);
    if (left > 0) {
      this.#alarm(held, worker, left);
      return;
    }
    held.stopping = "timeout";
    this.stop(held, worker);
  }
}

/** Milliseconds. The server only guesses when a task started; the spool knows. */
function runningFor(held: HeldAttempt, worker: PoolWorker): number {
  const spool = worker.spoolNow();
  if (spool === undefined) return worker.head === held ? performance.now() - worker.headSince : 0;
  const { started, result } = spool.get(held.spec.token) ?? { started: null, result: null };
  return started === null || result !== null ? 0 : Date.now() - started.at;
}

/** The attempt no longer runs where it did. */
export function clearAlarm(held: HeldAttempt): void {
  if (held.alarm !== null) clearTimeout(held.alarm);
  held.alarm = null;
}
