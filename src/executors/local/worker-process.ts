import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { identifyProcess } from "../../process/process-identity.ts";
import { type WorkerFiles, workerFiles } from "../../worker/worker-files.ts";
import type { LocalHandle } from "./handle.ts";
import { WORKER_VARIABLE } from "./orphans.ts";

export interface WorkerProcessSettings {
  /** The executor's directory. */
  readonly directory: string;
  readonly stagingDirectory: string;
  readonly lingerMs: number;
}

const EXTENSION = import.meta.url.endsWith(".ts") ? "ts" : "js";
const ENTRY = fileURLToPath(new URL(`../../worker/main.${EXTENSION}`, import.meta.url));

/**
 * Starts a worker: a process group of its own, that outlives this process and writes to files.
 *
 * @throws the error of the system when there is no process or no file for it.
 */
export function startWorkerProcess(settings: WorkerProcessSettings): {
  readonly child: ChildProcess;
  readonly handle: LocalHandle;
} {
  const worker = randomBytes(6).toString("hex");
  const child = spawnWorker(worker, settings);
  // Why there is no pid comes as an event, after this.
  child.on("error", () => undefined);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined) {
    child.kill("SIGKILL");
    throw new Error(
      child.pid === undefined
        ? `${process.execPath} cannot be executed now`
        : `the process ${child.pid} ended at once or cannot be identified`,
    );
  }
  // The server ends when it wants to, and the worker lives on.
  child.unref();
  return { child, handle: { worker, ...identity } };
}

function spawnWorker(worker: string, { directory, stagingDirectory, lingerMs }: WorkerProcessSettings) {
  const files = workerFiles(directory, worker);
  const own = ["--directory", directory, "--worker", worker];
  const others = ["--staging", stagingDirectory, "--linger", String(lingerMs)];
  const output = openOutput(files);
  try {
    return spawn(process.execPath, ["--enable-source-maps", ENTRY, ...own, ...others], {
      detached: true,
      stdio: ["ignore", ...output],
      env: { ...process.env, [WORKER_VARIABLE]: worker },
    });
  } finally {
    for (const fd of output) closeSync(fd);
  }
}

function openOutput(files: WorkerFiles): readonly number[] {
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
