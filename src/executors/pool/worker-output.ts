import { closeSync, openSync } from "node:fs";
import type { WorkerFiles } from "../../worker/worker-files.ts";

/**
 * Makes the files of a worker that is about to be started, and opens those it writes to: stdout and stderr.
 *
 * @throws the error of the file system
 */
export function openOutput(files: WorkerFiles): readonly number[] {
  // The spool exists before the worker: without the file nobody could tell "never started" from "lost".
  closeSync(openSync(files.spool, "a", 0o600));
  const stdout = openSync(files.stdout, "a", 0o600);
  try {
    return [stdout, openSync(files.stderr, "a", 0o600)];
  } catch (error) {
    closeSync(stdout);
    throw error;
  }
}
