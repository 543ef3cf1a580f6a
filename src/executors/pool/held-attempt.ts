import type { AttemptObserver, AttemptSpec } from "../executor.ts";

/** Where an attempt runs or waits for its turn: a worker, as far as an attempt knows it. */
export interface Place {
  /** The attempt has ended: what it took up is free. */
  forget(token: string): void;
}

/** An attempt while a pool has it. */
export interface HeldAttempt {
  readonly spec: AttemptSpec;
  readonly observer: AttemptObserver;
  /** `null` while it waits for one. */
  place: Place | null;
  /** Counts how often it was given a place: what is heard of an earlier one does not count. */
  placement: number;
  /** Its handle is durable and it has been sent to the worker. */
  isReleased: boolean;
  /** Its outcome is known: nothing else that is heard of it counts. */
  hasEnded: boolean;
  /** Why its worker is being killed, when it is. */
  stopping: "timeout" | "cancel" | null;
  /** Goes off when it has run too long. */
  alarm: NodeJS.Timeout | null;
}

/** The attempts of the executor, from the moment they are handed over until their outcome has been told. */
export class HeldAttempts implements Iterable<HeldAttempt> {
  readonly #byToken = new Map<string, HeldAttempt>();
  #open = 0;

  get size(): number {
    return this.#byToken.size;
  }

  /** How many have not ended. */
  get open(): number {
    return this.#open;
  }

  [Symbol.iterator](): Iterator<HeldAttempt> {
    return this.#byToken.values();
  }

  add(spec: AttemptSpec, observer: AttemptObserver): HeldAttempt {
    const held: HeldAttempt = {
      spec,
      observer,
      place: null,
      placement: 0,
      isReleased: false,
      hasEnded: false,
      stopping: null,
      alarm: null,
    };
    this.#byToken.set(spec.token, held);
    this.#open += 1;
    return held;
  }

  get(token: string): HeldAttempt | undefined {
    return this.#byToken.get(token);
  }

  /** Its outcome is known. False when it was known before. */
  end(held: HeldAttempt): boolean {
    if (held.hasEnded) return false;
    held.hasEnded = true;
    this.#open -= 1;
    return true;
  }

  remove({ spec }: HeldAttempt): void {
    this.#byToken.delete(spec.token);
  }
}
