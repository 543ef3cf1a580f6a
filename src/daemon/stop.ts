import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../config/config.ts";
import { removeState, runningServer, type ServerState, stateFileOf } from "../discovery/state-file.ts";
import { CovalentError } from "../model/errors.ts";
import { isAlive } from "../process/process-identity.ts";

export interface StopOptions {
  /** Do not wait for running tasks. */
  readonly now?: boolean | undefined;
  /** How long the server may take to end once it no longer waits for running tasks. */
  readonly graceMs?: number;
  /** Called when it has not ended soon: it waits for running tasks, at most so many seconds. */
  readonly onWait?: (server: ServerState, seconds: number) => void;
  /** Called before the server is killed because it did not end in time. */
  readonly onKill?: (server: ServerState) => void;
}

/** The server is not our child, so its end is seen only by looking. */
const LOOK_EVERY_MS = 15;

/** A server without running tasks has ended by then. */
const SOON_MS = 500;

/** By then a server has heard its first signal. */
const HEARD_MS = 50;

/** A killed process is gone at once, unless the kernel holds it. */
const KILL_GRACE_MS = 5_000;

/**
 * Stops the server and resolves when its process has ended. It waits a while for tasks that run (`dispatcher.stop_grace`); longer
 * ones go on, and the next server takes them up.
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
  const { stop_grace: seconds } = config.values.dispatcher;
  signal(server, "SIGTERM");
  if (options.now !== true && !(await ended(server, SOON_MS))) {
    options.onWait?.(server, seconds);
    await ended(server, seconds * 1_000);
  }
  // The second time: it waits for no task any more. Not at once, for two signals that wait are one.
  if (options.now === true && !(await ended(server, HEARD_MS))) signal(server, "SIGTERM");
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
