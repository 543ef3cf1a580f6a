import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { freePort } from "../support/free-port.ts";

const MAIN = fileURLToPath(new URL("../../dist/daemon/main.js", import.meta.url));

/** A server that can be killed at any moment, its own start included, and started again on the same data and port. */
export interface KillableServer {
  readonly home: string;
  readonly url: string;
  readonly databasePath: string;
  readonly logPath: string;
  /** Starts it; false when it was killed before it was ready. */
  start(): Promise<boolean>;
  /** Its process, when it runs or starts. */
  readonly pid: number | undefined;
  /** `kill -9`; resolves when it has ended. */
  kill(): Promise<void>;
  /** Worker processes, those of killed servers included. */
  workers(): number[];
  /** Everything that was started by it, directly or not, and runs. */
  processes(): number[];
  /** Asks it to stop; resolves when it has. */
  stop(): Promise<void>;
  /** Ends whatever is left, and removes the home. */
  dispose(): Promise<void>;
}

export interface KillableServerOptions {
  /** Options of Node, e.g. `--import`. */
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workers?: number;
  /** What the server is run by: a command that ends in executing its arguments in its own place, e.g. `["nice"]`. */
  readonly within?: (home: string) => readonly string[];
}

export async function killableServer(options: KillableServerOptions = {}): Promise<KillableServer> {
  const home = mkdtempSync(join(tmpdir(), "covalent-chaos-"));
  const port = await freePort();
  const databasePath = join(home, "runs.sqlite");
  const logPath = join(home, "server.log");
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    TZ: "UTC",
    COVALENT_SVC_PORT: String(port),
    COVALENT_DATABASE: databasePath,
    ...options.env,
  };
  const flags = [{ name: "workers", key: "executors.local.workers", value: String(options.workers ?? 3) }];
  // As `covalent start` does.
  for (const directory of [".cache/covalent", ".local/share/covalent/data"])
    mkdirSync(join(home, directory), { recursive: true });
  let server: ChildProcess | undefined;

  const processes = () => processesWith(`HOME=${home}`);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    if (ending === undefined) return;
    ending.kill(signal);
    if (ending.exitCode === null && ending.signalCode === null) await once(ending, "exit");
    if (server === ending) server = undefined;
  };
  return {
    home,
    url: `http://localhost:${port}`,
    databasePath,
    logPath,
    get pid() {
      return server?.pid;
    },
    async start() {
      const log = openSync(logPath, "a");
      const command = [process.execPath, ...(options.node ?? []), MAIN, JSON.stringify(flags)];
      const [program = "", ...parameters] = [...(options.within?.(home) ?? []), ...command];
      const child = spawn(program, parameters, { detached: true, stdio: ["ignore", log, log, "ipc"], env });
      closeSync(log);
      server = child;
      return isReady(child, logPath);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    workers: () => processes().filter((pid) => isWorker(pid)),
    processes,
    async dispose() {
      await end("SIGKILL");
      await expect
        .poll(() => {
          for (const pid of processes()) killQuietly(pid);
          return processes();
        })
        .toEqual([]);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export function killQuietly(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

async function isReady(child: ChildProcess, logPath: string): Promise<boolean> {
  const settled = new AbortController();
  const answer = await Promise.race([
    once(child, "message", { signal: settled.signal }).then(([message]) => message as { kind: string }),
    once(child, "close", { signal: settled.signal }).then(([, signal]) => ({ kind: String(signal) })),
  ]);
  settled.abort();
  if (answer.kind === "ready") child.disconnect();
  else if (answer.kind !== "SIGKILL")
    throw new Error(`the server did not start:\n${readFileSync(logPath, "utf8").slice(-4_000)}`);
  return answer.kind === "ready";
}

/** Running processes that have a variable in their environment. */
function processesWith(variable: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => textOf(`/proc/${pid}/environ`).split("\0").includes(variable))
    .filter((pid) => identifyProcess(pid) !== undefined);
}

/** It leads a process group, in which everything is that its tasks start. */
function isWorker(pid: number): boolean {
  const stat = textOf(`/proc/${pid}/stat`);
  const isLeader = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2] === String(pid);
  return isLeader && textOf(`/proc/${pid}/environ`).includes("COVALENT_WORKER=");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
