import type { Belongings } from "./leftovers.ts";
import type { AttemptMessage } from "./protocol.ts";
import type { AttemptEnd } from "./run-attempt.ts";
import type { StopSignal } from "./stop-signal.ts";

/** The attempt that a worker runs. */
export interface Running {
  readonly attempt: AttemptMessage;
  readonly startedAt: number;
  /** When the code of the task was loaded and could begin, by `performance.now()`. */
  since: number;
  readonly stdout: number;
  readonly stderr: number;
  readonly spooledFrom: number;
  /** Ends the attempt from outside: an exception that nobody caught. */
  readonly crash: (end: AttemptEnd) => void;
  belongings: Belongings;
  /** How the task hears that it is to end. */
  readonly stopping: StopSignal;
  /** How it ended, while what it left undone may still be heard of. */
  end: AttemptEnd | null;
}
