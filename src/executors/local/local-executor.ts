/**
 * The local executor: runs attempts in worker processes on this machine. What it promises, at whatever instant this server or a
 * worker is killed, is what every pool of workers promises: see pool/worker-pool.ts.
 */
import type { PoolOptions } from "../pool/options.ts";
import type { WorkerKind } from "../pool/worker-kind.ts";
import { openWorkerPool, type WorkerPool } from "../pool/worker-pool.ts";
import { packAttempt } from "./attempt-message.ts";
import { startWorkerProcess } from "./worker-process.ts";

export interface LocalExecutorOptions extends PoolOptions {
  /** The environment of tasks, beside that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}
export type LocalExecutor = WorkerPool;

/** Workers of TypeScript: processes of Node, each started for itself. */
function nodeWorkers(env: Readonly<Record<string, string>>): WorkerKind {
  return {
    name: "local",
    onDemand: false,
    pack: packAttempt,
    launch: (worker, settings) => startWorkerProcess(worker, settings, env),
    close: async () => undefined,
  };
}

/**
 * Starts the workers of this machine and takes over those of an earlier server.
 *
 * @throws the error of the file system when `directory` cannot be used
 * @example
 * const executor = await createLocalExecutor({ directory, stagingDirectory: store.stagingDirectory, pathOf, workers: 4, logger });
 */
export function createLocalExecutor(options: LocalExecutorOptions): Promise<LocalExecutor> {
  return openWorkerPool(nodeWorkers(options.env ?? {}), options);
}
