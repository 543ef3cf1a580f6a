import type { AttemptObserver, AttemptSpec, Executor, ProducedPayload } from "../executors/executor.ts";
import { payload } from "./stored-graph.test-support.ts";

/** An executor in whose place the test acts: it takes attempts and does nothing with them. */
export class RecordingExecutor implements Executor {
  readonly name = "local";
  readonly concurrency = 2;
  readonly submitted: AttemptSpec[] = [];
  readonly attached: AttemptSpec[] = [];
  closed = false;
  startsOncePlaced = false;
  #observer: AttemptObserver | undefined;

  submit(attempts: readonly AttemptSpec[], observer: AttemptObserver): void {
    if (this.closed) throw new Error("handed over after the end");
    this.#observer = observer;
    this.submitted.push(...attempts);
  }

  attach(attempts: readonly { readonly spec: AttemptSpec }[], observer: AttemptObserver): void {
    this.#observer = observer;
    this.attached.push(...attempts.map(({ spec }) => spec));
  }

  /** The names of those it had been given when it was told that these were all; `undefined` before that. */
  attachedInAll: readonly string[] | undefined;

  attachedAll(): void {
    this.attachedInAll = this.attached.map(({ name }) => name);
  }

  /** How many attempts may wait here. */
  room = 64;
  #ended = 0;

  get wanted(): number {
    return this.room - this.submitted.length + this.#ended;
  }

  /** Resolves when it has been given what makes the condition true. */
  async until(condition: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 30_000; !condition(); ) {
      if (Date.now() > deadline) throw new Error(`it was given ${this.names.join(", ") || "nothing"}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The names of the nodes it was given, in order. */
  get names(): string[] {
    return this.submitted.map((attempt) => attempt.name);
  }

  async place(name: string): Promise<void> {
    await this.#observerOf().placed(this.#last(name).token, { place: name });
  }

  async complete(name: string, output: string | ProducedPayload = name): Promise<void> {
    this.#ended++;
    await this.#observerOf().ended(this.#last(name).token, {
      status: "completed",
      startedAt: 1,
      endedAt: 2,
      output: typeof output === "string" ? payload(output) : output,
    });
  }

  /** As an electron that was asked for its cache key. */
  async completeWithText(name: string, text: string): Promise<void> {
    this.#ended++;
    await this.#observerOf().ended(this.#last(name).token, {
      status: "completed",
      startedAt: 1,
      endedAt: 2,
      output: { ...payload(text), codec: "text" },
    });
  }

  async fail(name: string): Promise<void> {
    this.#ended++;
    await this.#observerOf().ended(this.#last(name).token, {
      status: "failed",
      startedAt: 1,
      endedAt: 2,
      failure: { kind: "user-error", name: "Error", message: "boom" },
    });
  }

  async run(name: string): Promise<void> {
    await this.place(name);
    await this.complete(name);
  }

  /** The names of those whose end was asked for, in order. */
  readonly cancelled: string[] = [];

  cancel(tokens: readonly string[]): void {
    const all = [...this.submitted, ...this.attached];
    for (const token of tokens)
      this.cancelled.push(all.find((attempt) => attempt.token === token)?.name ?? "?");
  }

  /** Says that an attempt has ended because it was asked to. */
  async confirm(name: string): Promise<void> {
    this.#ended++;
    await this.#observerOf().ended(this.#last(name).token, { status: "cancelled", startedAt: 1, endedAt: 2 });
  }

  /** Says that nothing is left of an attempt. */
  async lose(name: string): Promise<void> {
    this.#ended++;
    await this.#observerOf().ended(this.#last(name).token, {
      status: "failed",
      startedAt: 1,
      endedAt: 2,
      failure: { kind: "lost", name: "WorkerDied", message: "killed by SIGKILL" },
    });
  }

  health() {
    return { running: 0, queued: 0, workers: 0 };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #last(name: string): AttemptSpec {
    const attempt = [...this.submitted, ...this.attached].findLast((candidate) => candidate.name === name);
    if (attempt === undefined) throw new Error(`${name} was not handed over`);
    return attempt;
  }

  #observerOf(): AttemptObserver {
    if (this.#observer === undefined) throw new Error("nothing was handed over");
    return this.#observer;
  }
}
