import type { HeldAttempt } from "./held-attempt.ts";

/** Attempts that wait for a worker, in order. Taking the first costs the same however many wait. */
export class WaitLine {
  #attempts: HeldAttempt[] = [];
  #first = 0;

  get length(): number {
    return this.#attempts.length - this.#first;
  }

  add(attempts: readonly HeldAttempt[]): void {
    for (const held of attempts) this.#attempts.push(held);
  }

  /** Those that were taken back from a worker go before all others: they have waited longest. */
  putBack(attempts: readonly HeldAttempt[]): void {
    if (attempts.length > 0) this.#replace([...attempts, ...this.#attempts.slice(this.#first)]);
  }

  take(): HeldAttempt | undefined {
    const held = this.#attempts[this.#first];
    if (held === undefined) return undefined;
    this.#first += 1;
    if (this.#first > 1_024 && this.#first * 2 > this.#attempts.length)
      this.#replace(this.#attempts.slice(this.#first));
    return held;
  }

  remove(attempts: ReadonlySet<HeldAttempt>): void {
    this.#replace(this.#attempts.slice(this.#first).filter((held) => !attempts.has(held)));
  }

  /** Takes all. */
  drain(): readonly HeldAttempt[] {
    const attempts = this.#attempts.slice(this.#first);
    this.#replace([]);
    return attempts;
  }

  #replace(attempts: HeldAttempt[]): void {
    this.#attempts = attempts;
    this.#first = 0;
  }
}
