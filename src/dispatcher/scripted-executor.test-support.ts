import type { AttemptObserver, AttemptSpec, Executor, Outcome } from "../executors/executor.ts";

/** An attempt that the executor has. */
export interface Held {
  readonly spec: AttemptSpec;
  placed: boolean;
  /** Somebody wants it to end. */
  cancelled: boolean;
}

/**
 * An executor in whose place a test acts, attempt by attempt; it knows them by token. Like a real one it tells an outcome again to
 * the next server when the last one was killed before it had acknowledged it.
 */
export class ScriptedExecutor implements Executor {
  readonly name = "local";
  readonly concurrency = 4;
  readonly startsOncePlaced = true;
  /** Those that have not ended, in the order in which they came. */
  readonly held = new Map<string, Held>();
  /** The outcomes of attempts that have ended, and that nobody has acknowledged yet; kept from server to server. */
  readonly #told: Map<string, Outcome>;
  #observer: AttemptObserver | undefined;
  #closed = false;

  constructor(told: Map<string, Outcome>) {
    this.#told = told;
  }

  get wanted(): number {
    return this.#closed ? 0 : Math.max(0, this.concurrency - this.held.size);
  }

  submit(attempts: readonly AttemptSpec[], observer: AttemptObserver): void {
    this.#observer = observer;
    for (const spec of attempts) this.held.set(spec.token, { spec, placed: false, cancelled: false });
  }

  attach(attempts: readonly { readonly spec: AttemptSpec }[], observer: AttemptObserver): void {
    this.#observer = observer;
    for (const { spec } of attempts) {
      this.held.set(spec.token, { spec, placed: true, cancelled: false });
      const outcome = this.#told.get(spec.token);
      if (outcome !== undefined) void this.end(spec.token, outcome);
    }
  }

  /** What runs is ended when the test says so, what has no place at once. */
  cancel(tokens: readonly string[]): void {
    for (const token of tokens) {
      const held = this.held.get(token);
      if (held?.placed === false)
        this.#endUnplaced(token, { status: "cancelled", startedAt: null, endedAt: 1 });
      else if (held !== undefined) held.cancelled = true;
    }
  }

  async place(token: string): Promise<void> {
    const held = this.held.get(token);
    if (held === undefined || held.placed) return;
    held.placed = true;
    try {
      await this.#observer?.placed(token, { token });
    } catch (error) {
      const failure = { kind: "executor", name: "NotPlaced", message: String(error) } as const;
      this.#endUnplaced(token, { status: "failed", startedAt: null, endedAt: 1, failure });
    }
  }

  #endUnplaced(token: string, outcome: Outcome): void {
    this.held.delete(token);
    // Nothing has run: whoever does not want it now does not want it later.
    this.#observer?.ended(token, outcome).catch(() => undefined);
  }

  async end(token: string, outcome: Outcome): Promise<void> {
    this.held.delete(token);
    this.#told.set(token, outcome);
    await this.#observer?.ended(token, outcome);
    this.#told.delete(token);
  }

  health() {
    return { running: this.held.size, queued: 0, workers: this.concurrency };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
