import { Worker } from "node:worker_threads";

/** A question to the thread: has this query a row in that file? */
export interface RowQuestion {
  readonly id: number;
  readonly path: string;
  readonly query: string;
}

export type RowAnswer =
  | { readonly id: number; readonly found: boolean }
  | { readonly id: number; readonly error: string };

interface Waiting {
  readonly resolve: (found: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** The running program has its own extension: `.ts` from the sources, `.js` when built. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./row-look-program.ts" : "./row-look-program.js",
  import.meta.url,
);

/** A query that takes longer is given up, and its thread with it. */
const PATIENCE_MS = 30_000;

/**
 * Asks SQLite files of users whether a query has a row, in a thread of its own: neither a large table nor a query without an end
 * stops the event loop. Connections can only read, and the questions are asked one at a time. It keeps no process alive.
 *
 * @example
 * const look = new RowLook();
 * await look.hasRow("/data/runs.db", "SELECT * FROM jobs WHERE state = 'new'"); // true
 */
export class RowLook {
  readonly #patienceMs: number;
  #worker: Worker | undefined;
  #asked: Waiting | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #lastId = 0;

  constructor(patienceMs: number = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  /** @throws what is wrong with the file or the query */
  hasRow(path: string, query: string): Promise<boolean> {
    const answer = this.#last.then(() => this.#ask(path, query));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(path: string, query: string): Promise<boolean> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    this.#lastId += 1;
    const question: RowQuestion = { id: this.#lastId, path, query };
    // It may hang: the next question goes to another thread.
    const late = setTimeout(() => {
      this.#asked?.reject(new Error(`the query took longer than ${this.#patienceMs / 1_000} s`));
      void this.close();
    }, this.#patienceMs).unref();
    try {
      return await new Promise<boolean>((resolve, reject) => {
        this.#asked = { resolve, reject };
        worker.postMessage(question);
      });
    } finally {
      clearTimeout(late);
      this.#asked = undefined;
    }
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM);
    worker.unref();
    const isCurrent = (): boolean => this.#worker === worker;
    worker.on("message", (answer: RowAnswer) => {
      if (!isCurrent() || answer.id !== this.#lastId) return;
      if ("error" in answer) this.#asked?.reject(new Error(answer.error));
      else this.#asked?.resolve(answer.found);
    });
    const ended = (error: unknown): void => {
      if (!isCurrent()) return;
      this.#worker = undefined;
      this.#asked?.reject(error instanceof Error ? error : new Error(String(error)));
    };
    worker.on("error", ended);
    worker.on("exit", () => ended(new Error("the thread that looks into databases has ended")));
    return worker;
  }
}
