/**
 * The digests of the last while, in two halves, so that none has to be looked at when it grows old: at least for so long a digest
 * is remembered, at most twice.
 */
export class RecentDigests {
  readonly #forMs: number;
  #before = new Set<string>();
  #now = new Set<string>();
  #since = performance.now();

  /** Milliseconds. */
  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  note(digest: string): void {
    this.#turn();
    this.#now.add(digest);
  }

  has(digest: string): boolean {
    this.#turn();
    return this.#now.has(digest) || this.#before.has(digest);
  }

  #turn(): void {
    const age = performance.now() - this.#since;
    if (age < this.#forMs) return;
    this.#before = age < 2 * this.#forMs ? this.#now : new Set();
    this.#now = new Set();
    this.#since = performance.now();
  }
}
