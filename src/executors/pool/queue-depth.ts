/** How many attempts a worker is given at once, for tasks that take up to so many milliseconds. */
const DEPTHS: readonly (readonly [upToMs: number, depth: number])[] = [
  [1, 64],
  [2, 32],
  [10, 8],
  [50, 3],
  [1_000, 2],
];

/** How much the last task counts against those before it. */
const WEIGHT = 0.1;
/** Before anything is known: one more than runs, so that the first tasks show how long they take. */
const ASSUMED_MS = 100;

/**
 * How far ahead workers are given attempts: far when tasks are short, so that no worker waits for the next message between two
 * of them, and not at all when they are long, for what waits in one worker could start in another.
 */
export class QueueDepth {
  #averageMs = ASSUMED_MS;

  /** A task took this long. */
  note(durationMs: number): void {
    this.#averageMs += (durationMs - this.#averageMs) * WEIGHT;
  }

  /** Attempts per worker, the running one included. */
  get current(): number {
    return DEPTHS.find(([upToMs]) => this.#averageMs <= upToMs)?.[1] ?? 1;
  }
}
