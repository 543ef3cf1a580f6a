/**
 * A pool of worker processes on this machine, the whole of an executor but for what kind of worker it is (worker-kind.ts).
 *
 * What it promises, at whatever instant this server or a worker is killed:
 * - user code runs only after the handle of its attempt is durable, so no task runs that nobody knows of;
 * - an attempt that has finished is never run again: its result is in the worker's spool until the observer has made it durable;
 * - an attempt that is reported as not started can never start: see {@link PoolWorker.recall};
 * - nothing is signalled but a process that is certainly ours, and only while it holds the attempt it is killed for.
 */
import type { Executor } from "../executor.ts";
import { AttemptPool } from "./attempt-pool.ts";
import type { PoolOptions } from "./options.ts";
import { prepareRuntimeDirectory } from "./runtime-directory.ts";
import type { WorkerKind } from "./worker-kind.ts";

export interface WorkerPool extends Executor {
  /** Kills every worker, whatever it does, and waits until all are gone. For tests and for emergencies. */
  terminate(): Promise<void>;
}

/**
 * Starts the workers and takes over those of an earlier server.
 *
 * @throws the error of the file system when `directory` cannot be used
 */
export async function openWorkerPool(kind: WorkerKind, options: PoolOptions): Promise<WorkerPool> {
  const pool = new AttemptPool(kind, options, prepareRuntimeDirectory(options.directory));
  await pool.open();
  return pool;
}
