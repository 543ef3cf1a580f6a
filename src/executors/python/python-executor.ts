/**
 * The executor of tasks that the Python SDK has pickled: a pool of Python workers on this machine. It promises what every pool of
 * workers does (pool/worker-pool.ts), and starts nothing before there is such a task.
 *
 * The workers' program is in program/. A parent process imports the SDK once; workers are forked from it. Pickles are opened by the
 * SDK in the workers, and by nobody else.
 */

import type { WorkerKind } from "../pool/worker-kind.ts";
import { openWorkerPool, type WorkerPool } from "../pool/worker-pool.ts";
import { packAttempt } from "./attempt-message.ts";
import type { PythonExecutorOptions } from "./options.ts";
import { PythonParent } from "./python-parent.ts";

export type { PythonExecutorOptions } from "./options.ts";

/**
 * Takes over the Python workers of an earlier server; those of this one are started with the first attempt.
 *
 * @throws the error of the file system when `directory` cannot be used
 * @example
 * const executor = await createPythonExecutor({ python: "python3", directory, stagingDirectory, pathOf, workers: 4, ... });
 */
export function createPythonExecutor(options: PythonExecutorOptions): Promise<WorkerPool> {
  const parent = new PythonParent(options.python, options.logger);
  const kind: WorkerKind = {
    name: "python",
    onDemand: true,
    pack: (spec, pathOf) => packAttempt(spec, pathOf, options),
    launch: (worker, settings) => parent.launch(worker, settings),
    close: () => parent.close(),
  };
  return openWorkerPool(kind, options);
}
