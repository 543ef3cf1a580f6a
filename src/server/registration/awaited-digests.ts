/**
 * What dispatches that have not started yet wait for, the oldest forgotten when it is more than `limit` in all: a client may
 * register and never start. What is forgotten is in the database.
 */
export class AwaitedDigests {
  readonly #limit: number;
  readonly #byDispatch = new Map<string, readonly string[]>();
  #weight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  set(dispatchId: string, digests: readonly string[]): void {
    this.delete(dispatchId);
    this.#byDispatch.set(dispatchId, digests);
    this.#weight += weightOf(digests);
    for (const oldest of this.#byDispatch.keys()) {
      if (this.#weight <= this.#limit) break;
      this.delete(oldest);
    }
  }

  get(dispatchId: string): readonly string[] | undefined {
    return this.#byDispatch.get(dispatchId);
  }

  delete(dispatchId: string): void {
    const digests = this.#byDispatch.get(dispatchId);
    if (digests === undefined) return;
    this.#byDispatch.delete(dispatchId);
    this.#weight -= weightOf(digests);
  }
}

/** A dispatch that waits for nothing takes room, too. */
function weightOf(digests: readonly string[]): number {
  return 1 + digests.length;
}
