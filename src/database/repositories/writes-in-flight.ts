/**
 * Writes that build on one another and are not waited for one by one: what is asked for meanwhile goes into the same transaction.
 * The first error is kept for whoever asks next, and nothing is written behind it.
 */
export class WritesInFlight {
  readonly #most: number;
  #open: Promise<void>[] = [];
  #error: { readonly of: unknown } | undefined;

  /** At most so many are under way: memory does not grow with what is written. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Starts a write, once there is room. @throws the error of an earlier one */
  async add(write: () => Promise<void>): Promise<void> {
    if (this.#open.length >= this.#most) await this.#open.shift();
    this.#throwEarlier();
    this.#open.push(
      write().catch((error) => {
        this.#error ??= { of: error };
      }),
    );
  }

  /** Resolves when all are done. @throws the first error */
  async settle(): Promise<void> {
    await this.end();
    this.#throwEarlier();
  }

  /** Resolves when all are done, however they ended. */
  async end(): Promise<void> {
    await Promise.all(this.#open);
    this.#open = [];
  }

  #throwEarlier(): void {
    if (this.#error !== undefined) throw this.#error.of;
  }
}
