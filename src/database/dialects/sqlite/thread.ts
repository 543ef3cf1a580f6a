import { Worker } from "node:worker_threads";
import type { GroupOutcome, Unit } from "../../writer/unit.ts";
import type { Durability } from "./connection.ts";

export interface ThreadOptions {
  readonly path: string;
  readonly durability: Durability;
}

type Work =
  | { readonly kind: "commit"; readonly units: readonly Unit[] }
  | { readonly kind: "checkpoint"; readonly cutOff: boolean }
  | { readonly kind: "vacuum" }
  | { readonly kind: "read"; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly kind: "close" };

/** A message to the thread. */
export interface Request {
  readonly id: number;
  readonly work: Work;
}

/** Its answer: a result of the kind of work, or why there is none. */
export interface Answer {
  readonly id: number;
  readonly result?: GroupOutcome;
  readonly rows?: readonly unknown[];
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** The running program has its own extension: `.ts` from the sources, `.js` when built. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./thread-program.ts" : "./thread-program.js",
  import.meta.url,
);

/**
 * A thread with a connection of its own to the database. It starts with the first request, and keeps the process alive only
 * while a request is under way.
 */
export class DatabaseThread {
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  async commit(units: readonly Unit[]): Promise<GroupOutcome> {
    try {
      const { result } = await this.#request({ kind: "commit", units });
      return result ?? { kind: "failed", reason: "the database thread gave no outcome" };
    } catch (error) {
      return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Moves the log into the database file. With `cutOff` the writer has to wait, and the log is empty afterwards. */
  async checkpoint(cutOff: boolean): Promise<void> {
    await this.#request({ kind: "checkpoint", cutOff });
  }

  /** Writes the file anew without what is free in it. The writer waits meanwhile; it takes as much room again as the file has. */
  async vacuum(): Promise<void> {
    await this.#request({ kind: "vacuum" });
  }

  /** The rows of a query that changes nothing. */
  async read(sql: string, parameters: readonly unknown[]): Promise<readonly unknown[]> {
    return (await this.#request({ kind: "read", sql, parameters })).rows ?? [];
  }

  /** Finishes what was asked for, then ends. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    await this.#request({ kind: "close" });
    // The answer let go of the process, but its end is still to be waited for.
    worker.ref();
    await ended;
    this.#worker = undefined;
  }

  async #request(work: Work): Promise<Answer> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    this.#lastId += 1;
    const id = this.#lastId;
    worker.ref();
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, work } satisfies Request);
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { workerData: this.#options });
    worker.on("message", (answer: Answer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) worker.unref();
    });
    // Whoever waits must hear of it; the next request starts another thread.
    worker.on("error", (error) =>
      this.#fail(worker, error instanceof Error ? error : new Error(String(error))),
    );
    worker.on("exit", (code) => this.#fail(worker, new Error(`the database thread ended with code ${code}`)));
    return worker;
  }

  #fail(worker: Worker, error: Error): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
