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

/** A server that the Python SDK finds by this environment. */
export interface PythonServer extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
}

const PATIENCE_MS = 30_000;

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
  const server = processOf(join(home, ".cache", "covalent", "ui.pid"));
  return {
    env,
    async [Symbol.asyncDispose]() {
      covalent("stop");
      await ended(server);
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function processOf(pidFile: string): ProcessIdentity {
  const identity = identifyProcess(Number(readFileSync(pidFile, "utf8")));
  if (identity === undefined) throw new Error("the original's server has ended at once");
  return identity;
}

/** Its stop does not always wait. */
async function ended(server: ProcessIdentity): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (isAlive(server)) {
    if (Date.now() > deadline) signalProcess(server, "SIGKILL", false);
    await pause(100);
  }
}
