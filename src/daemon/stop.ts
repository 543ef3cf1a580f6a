import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../config/config.ts";
import { removeState, runningServer, type ServerState, stateFileOf } from "../discovery/state-file.ts";
import { CovalentError } from "../model/errors.ts";
import { isAlive } from "../process/process-identity.ts";

export interface StopOptions {
  /** How long the server may take to finish what it is answering. */
  readonly graceMs?: number;
  /** Called before the server is killed because it did not end in time. */
  readonly onKill?: (server: ServerState) => void;
}

/** The server is not our child, so its end is seen only by looking. */
const LOOK_EVERY_MS = 15;

/** A killed process is gone at once, unless the kernel holds it. */
const KILL_GRACE_MS = 5_000;

/**
 * Stops the server and resolves when its process has ended. Tasks that run go on; the next server takes them up.
 *
 * @returns the server that was stopped, `undefined` when none was running
 * @throws {CovalentError} `SERVER_NOT_STOPPED`
 */
export async function stopServer(
  config: Config,
  options: StopOptions = {},
): Promise<ServerState | undefined> {
  const server = runningServer(config);
  if (server === undefined) return undefined;
  signal(server, "SIGTERM");
  if (!(await ended(server, options.graceMs ?? 20_000))) {
    options.onKill?.(server);
    signal(server, "SIGKILL");
    if (!(await ended(server, KILL_GRACE_MS)))
      throw new CovalentError("SERVER_NOT_STOPPED", { pid: server.pid });
  }
  removeState(stateFileOf(config), server.pid);
  return server;
}

function signal(server: ServerState, name: NodeJS.Signals): void {
  try {
    process.kill(server.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function ended(server: ServerState, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; isAlive(server); await delay(LOOK_EVERY_MS)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}
