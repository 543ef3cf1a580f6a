import type { AttemptObserver, AttemptSpec, Outcome } from "../executor.ts";
import type { LocalWorker } from "./local-worker.ts";

/** An attempt while the local executor has it. */
export interface Job {
  readonly spec: AttemptSpec;
  readonly observer: AttemptObserver;
  /** Where it runs or waits; `null` while it waits for a place. */
  worker: LocalWorker | null;
  /** Counts how often it was given a place: what is heard of an earlier one does not count. */
  placement: number;
  /** Its handle is durable and the worker has been told so. */
  released: boolean;
  /** Its outcome is known: nothing else that is heard of it counts. */
  ending: boolean;
  /** Why its worker is being killed, when it is. */
  stopping: "timeout" | "cancel" | null;
  timer: NodeJS.Timeout | null;
}

export function newJob(spec: AttemptSpec, observer: AttemptObserver): Job {
  return {
    spec,
    observer,
    worker: null,
    placement: 0,
    released: false,
    ending: false,
    stopping: null,
    timer: null,
  };
}

/** The outcome of an attempt that never started. */
export function cancelledUnstarted(): Outcome {
  return { status: "cancelled", startedAt: null, endedAt: Date.now() };
}
