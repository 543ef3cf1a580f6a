/**
 * The contract of a kind of trigger: something in the world that can be observed.
 *
 * An observer says what has happened and knows nothing of dispatches; `triggers.ts` counts, fires and remembers. It starts at once,
 * reports from its own timers and callbacks (never from the call that starts it), and keeps no process alive. What hinders it (a
 * directory that is not there, a locked file) is a problem that it reports, not an end: it goes on trying until it is closed.
 */
export interface TriggerObserver {
  /** Resolves when whatever happens from then on is reported; absent where that is so at once. */
  readonly ready?: Promise<void>;
  /** Resolves when it will report nothing more. */
  close(): Promise<void>;
}

/** Who is told. */
export interface TriggerSink {
  /** What the trigger waits for has happened so many times. `dueAt`: when it will happen next, where that is known (ms since the epoch). */
  happened(times: number, dueAt?: number): void;
  /** Why it cannot be observed; `undefined` when it can be again. */
  problem(reason: string | undefined): void;
}
