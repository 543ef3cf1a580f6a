/**
 * What a task can know of the attempt it runs in: `context()`.
 *
 * Whoever runs attempts enters a context around the user's function; it follows `await`, so that work which an earlier attempt
 * left behind never sees a later one's. Outside of a worker there is a context too, so that a task's function can be called and
 * tested as the plain function it is.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { lineLogger, type TaskLogger } from "./task-logger.ts";

export type { TaskLogger } from "./task-logger.ts";

/** The attempt that the running code belongs to. */
export interface TaskContext {
  /** `null` when the function was called outside of a dispatch. */
  readonly dispatchId: string | null;
  /** `null` when the function was called outside of a dispatch. */
  readonly nodeId: number | null;
  /** 1 for the node's first attempt. */
  readonly attempt: number;
  /**
   * Aborts when the attempt is cancelled, or has run longer than its timeout. Whoever looks at it is given the executor's grace
   * to end (a second, unless the server says otherwise) before the process is killed; a task that does not look is ended at once.
   */
  readonly signal: AbortSignal;
  /** Writes to the task's log: one line a message. */
  readonly logger: TaskLogger;
}

const KEY = Symbol.for("covalent-ts.context");

/** Shared by all copies of this package in a process: the worker's, and one that a bundle may bring. */
const storage: AsyncLocalStorage<TaskContext> = shared();

/**
 * The attempt that the running code belongs to: its ids, a signal that says when it is cancelled, and a logger.
 *
 * @example
 * import { context, electron } from "covalent-ts";
 *
 * export const download = electron({ retries: 3 }, async (url: string) => {
 *   const { attempt, logger, signal } = context();
 *   logger.info("downloading", { url, attempt });
 *   const response = await fetch(url, { signal }); // ends at once when the dispatch is cancelled
 *   return response.text();
 * });
 */
export function context(): TaskContext {
  return storage.getStore() ?? OUTSIDE;
}

/** Runs a function, and everything it starts, inside a context. */
export function insideContext<T>(entered: TaskContext, run: () => T): T {
  return storage.run(entered, run);
}

const OUTSIDE: TaskContext = Object.freeze({
  dispatchId: null,
  nodeId: null,
  attempt: 1,
  signal: new AbortController().signal,
  logger: lineLogger,
});

function shared(): AsyncLocalStorage<TaskContext> {
  const holder = globalThis as unknown as Record<symbol, AsyncLocalStorage<TaskContext> | undefined>;
  holder[KEY] ??= new AsyncLocalStorage();
  return holder[KEY];
}
