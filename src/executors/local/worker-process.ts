import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SCRATCH_VARIABLE } from "../../model/scratch.ts";
import { identifyProcess } from "../../process/process-identity.ts";
import { workerFiles } from "../../worker/worker-files.ts";
import { WORKER_VARIABLE } from "../pool/orphans.ts";
import type { ProcessEnd } from "../pool/worker-death.ts";
import type { LaunchedWorker, LaunchSettings } from "../pool/worker-kind.ts";
import { openOutput } from "../pool/worker-output.ts";

const EXTENSION = import.meta.url.endsWith(".ts") ? "ts" : "js";
const ENTRY = fileURLToPath(new URL(`../../worker/main.${EXTENSION}`, import.meta.url));

/**
 * Starts a worker for tasks in TypeScript.
 *
 * @param env added to this process's environment
 * @throws the error of the system when there is no process or no file for it.
 */
export async function startWorkerProcess(
  worker: string,
  settings: LaunchSettings,
  env: Readonly<Record<string, string>>,
): Promise<LaunchedWorker> {
  const child = spawnWorker(worker, settings, env);
  // Why there is no pid comes as an event, after this.
  child.on("error", () => undefined);
  const { promise: ended, resolve } = Promise.withResolvers<ProcessEnd>();
  child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
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
  return { handle: { worker, ...identity }, ended };
}

function spawnWorker(
  worker: string,
  { directory, stagingDirectory, lingerMs }: LaunchSettings,
  env: Readonly<Record<string, string>>,
) {
  const own = ["--directory", directory, "--worker", worker];
  const others = ["--staging", stagingDirectory, "--linger", String(lingerMs)];
  const files = workerFiles(directory, worker);
  const output = openOutput(files);
  try {
    return spawn(process.execPath, ["--enable-source-maps", ENTRY, ...own, ...others], {
      detached: true,
      stdio: ["ignore", ...output],
      env: { ...process.env, ...env, [WORKER_VARIABLE]: worker, [SCRATCH_VARIABLE]: files.scratch },
    });
  } finally {
    for (const fd of output) closeSync(fd);
  }
}
