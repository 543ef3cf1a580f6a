import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  identifyProcess,
  isAlive,
  type ProcessIdentity,
  signalProcess,
} from "../../src/process/process-identity.ts";
import { freePort } from "../../test/support/free-port.ts";
import { childrenOf } from "../dispatch/process-usage.ts";

/** A server that the Python SDK finds by this environment. */
export interface PythonServer extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
}

const PATIENCE_MS = 10_000;

/**
 * The original's own server, with a home that is thrown away, and without its Dask cluster: the tasks measured run on its local executor.
 *
 * @throws when it does not start, with what it said
 */
export async function startOriginal(python: string): Promise<PythonServer> {
  const home = mkdtempSync(join(tmpdir(), "covalent-original-"));
  const port = String(await freePort());
  const env = {
    HOME: home,
    PATH: `${dirname(python)}:${process.env.PATH}`,
    COVALENT_SVC_PORT: port,
    PYTHONWARNINGS: "ignore",
  };
  mkdirSync(join(home, ".cache", "covalent"), { recursive: true });
  const covalent = (...parameters: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync("covalent", parameters, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`covalent ${parameters[0]} of the original:\n${stdout}${stderr}`);
  };
  covalent("db", "migrate");
  covalent("start", "--port", port, "--no-cluster");
  return {
    env,
    async [Symbol.asyncDispose]() {
      const processes = processesOf(join(home, ".cache", "covalent", "ui.pid"));
      covalent("stop");
      await ended(processes);
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** The shell that it was started by, the server, and the processes of its pool, which its own stop may leave behind. */
function processesOf(pidFile: string): readonly ProcessIdentity[] {
  const tree: number[] = [Number(readFileSync(pidFile, "utf8"))];
  for (const pid of tree) tree.push(...childrenOf(pid));
  return tree.map(identifyProcess).filter((identity) => identity !== undefined);
}

async function ended(processes: readonly ProcessIdentity[]): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (processes.some(isAlive)) {
    if (Date.now() > deadline) for (const one of processes) signalProcess(one, "SIGKILL", false);
    await pause(100);
  }
}
