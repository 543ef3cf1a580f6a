import { signalProcess } from "../../process/process-identity.ts";
import type { Job, LocalWorker } from "./local-worker.ts";

export interface KillerEvents {
  /** These have not started and will not start where they were. */
  takenBack(jobs: readonly Job[]): void;
  /** The worker is about to be killed. */
  doomed(worker: LocalWorker): void;
}

/** Node's timers hold 31 bits; a longer wait goes on after a look at how long the task really runs. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Ends attempts that run too long or are cancelled, by killing the process group of their worker. */
export class AttemptKiller {
  readonly #graceMs: number;
  readonly #events: KillerEvents;

  constructor(graceMs: number, events: KillerEvents) {
    this.#graceMs = graceMs;
    this.#events = events;
  }

  /** Sets the alarm for the attempt that a worker runs now, as far as the server can tell. */
  watch(worker: LocalWorker): void {
    const job = worker.head;
    if (job === undefined || !job.released || job.timer !== null || job.spec.timeoutMs === null) return;
    this.#alarm(job, worker, job.spec.timeoutMs);
  }

  /**
   * Ends an attempt that a worker has. After the recall the worker starts nothing else, so that whatever is signalled below can
   * only hit this attempt; if it has finished meanwhile, its result counts and nothing is killed.
   */
  async stop(job: Job, worker: LocalWorker): Promise<void> {
    const { token } = job.spec;
    this.#events.takenBack(worker.recall());
    if (job.worker !== worker || !worker.runs(token)) return;
    this.#events.doomed(worker);
    signalProcess(worker.handle, "SIGTERM", true);
    await worker.endsWithin(this.#graceMs);
    if (worker.runs(token)) signalProcess(worker.handle, "SIGKILL", true);
  }

  #alarm(job: Job, worker: LocalWorker, delayMs: number): void {
    job.timer = setTimeout(() => this.#check(job, worker), Math.min(delayMs, MAX_DELAY_MS)).unref();
  }

  /** The server only guesses when a task started; the spool knows. */
  #check(job: Job, worker: LocalWorker): void {
    const { token, timeoutMs } = job.spec;
    if (job.ending || job.stopping !== null || job.worker !== worker || timeoutMs === null) return;
    const attempt = worker.readSpool()?.get(token);
    if (attempt?.result != null) return;
    const left = attempt?.started == null ? timeoutMs : attempt.started.at + timeoutMs - Date.now();
    if (left > 0) {
      this.#alarm(job, worker, left);
      return;
    }
    job.stopping = "timeout";
    void this.stop(job, worker);
  }
}

/** The attempt no longer runs where it did. */
export function clearAlarm(job: Job): void {
  if (job.timer !== null) clearTimeout(job.timer);
  job.timer = null;
}
