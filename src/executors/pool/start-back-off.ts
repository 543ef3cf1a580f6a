/** Times in a row at which starts fail, after which those who wait for one are told why. */
const GIVEN_UP_AFTER = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Counts the starts of workers that failed in a row, and lets each be tried again after a pause twice as long as the last one:
 * starting them at once would keep the machine busy with nothing.
 */
export class StartBackOff {
  readonly #retry: () => void;
  #failures = 0;
  #pause: NodeJS.Timeout | null = null;

  constructor(retry: () => void) {
    this.#retry = retry;
  }

  /** Nothing is to be started now: `retry` is called when the pause is over. */
  get isPausing(): boolean {
    return this.#pause !== null;
  }

  /** True when it is so many in a row that the next one is likely to fail, too. */
  get isHopeless(): boolean {
    return this.#failures >= GIVEN_UP_AFTER;
  }

  failed(): void {
    // Those that were started together have failed of one thing.
    if (this.#pause !== null) return;
    this.#failures += 1;
    const delayMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1));
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#retry();
    }, delayMs).unref();
  }

  succeeded(): void {
    this.#failures = 0;
  }

  close(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
  }
}
