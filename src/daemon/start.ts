/**
 * Starting and stopping the server in the background.
 *
 * The server is a process of its own session that outlives the terminal. It says itself when it is ready (over IPC, nothing is
 * polled) and then writes down where it is (state-file.ts). One server runs for each `dispatcher.cache_dir`, however many
 * `covalent start` run at once; and one for each database and data directory, whatever else is lost (server-claim.ts). Its output goes to the log file from the first line on, so that a crash is never silent.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, closeSync, constants, fstatSync, mkdirSync, openSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Config, type Flag, loadConfig } from "../config/config.ts";
import { withFileLock } from "../config/file-lock.ts";
import type { Environment } from "../config/locations.ts";
import { ownServer, type ServerState, stateFileOf } from "../discovery/state-file.ts";
import { CovalentError } from "../model/errors.ts";
import { logFileOf, readLog } from "./log-file.ts";
import type { Readiness } from "./readiness.ts";

export interface Started {
  readonly outcome: "started" | "already-running";
  readonly server: ServerState;
}

/** A server that takes longer to start than this has failed. */
const START_TIMEOUT_MS = 60_000;

/** Of a server that died while it started, this much of the log is shown. */
const LAST_LINES = 12;

/**
 * Starts the server and resolves when it answers; or says where it already runs.
 *
 * @throws {CovalentError} what the server says when it cannot start (`DATABASE_NEEDS_UPGRADE`, ...), else `SERVER_START_FAILED`
 * @example
 * const { server } = await startServer({ env: process.env, flags: [] });
 * server.url; // "http://localhost:48008"
 */
export async function startServer({
  env,
  flags,
}: {
  env: Environment;
  flags: readonly Flag[];
}): Promise<Started> {
  const config = loadConfig({ env, flags });
  const lock = join(config.values.dispatcher.cache_dir, "server.lock");
  for (const directory of directoriesOf(config)) prepare(directory);
  return withFileLock(lock, START_TIMEOUT_MS + 5_000, async () => {
    const running = ownServer(config);
    if (running !== undefined) return { outcome: "already-running", server: running };
    await launch(config, env, flags);
    const server = ownServer(config);
    if (server === undefined) throw failed(`it wrote no ${stateFileOf(config)}`, "Look at `covalent logs`.");
    return { outcome: "started", server };
  });
}

function directoriesOf(config: Config): readonly string[] {
  const { cache_dir, log_dir, results_dir, db_path } = config.values.dispatcher;
  return [cache_dir, log_dir, results_dir, dirname(db_path)];
}

function prepare(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice =
      "Give yourself the permission, or set another directory: `covalent config` shows which key it is.";
    throw failed(`the directory ${directory} cannot be written to (${code})`, advice, error);
  }
}

/**
 * How much V8 lets the heap grow between two collections, in percent: by itself it waits until a large one has doubled. Graphs of
 * 100,000 tasks then took 1.1 GB instead of 0.6, and the time for collections cannot be measured.
 */
const HEAP_GROWTH = "--heap-growing-percent=30";

async function launch(config: Config, env: Environment, flags: readonly Flag[]): Promise<void> {
  const log = openSync(logFileOf(config), "a", 0o600);
  const logStart = fstatSync(log).size;
  try {
    const server = spawn(process.execPath, [HEAP_GROWTH, entryPoint(), JSON.stringify(flags)], {
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env,
    });
    await ready(server, () => lastWords(config, logStart));
    server.disconnect();
    server.unref();
  } finally {
    closeSync(log);
  }
}

/** main.ts beside this file; main.js in the published package. */
function entryPoint(): string {
  return fileURLToPath(new URL(`main${extname(import.meta.url)}`, import.meta.url));
}

async function ready(server: ChildProcess, lastWords: () => string): Promise<void> {
  const settled = new AbortController();
  const options = { signal: settled.signal };
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  try {
    const answer = await Promise.race([
      once(server, "message", options).then(([message]) => message as Readiness),
      // "close" and not "exit": a message that was sent just before the end still arrives.
      once(server, "close", options).then(
        ([code, signal]) => ({ kind: "died", how: signal ?? `exit code ${code}` }) as const,
      ),
      once(timeout, "abort", options).then(() => ({ kind: "timeout" }) as const),
    ]);
    if (answer.kind === "refused") throw new CovalentError(answer.code, answer.details);
    if (answer.kind === "died") throw failed(`it ended with ${answer.how} before it was ready`, lastWords());
    if (answer.kind === "timeout") {
      server.kill("SIGKILL");
      throw failed(`it was not ready after ${START_TIMEOUT_MS / 1_000} s and was killed`, lastWords());
    }
  } finally {
    settled.abort();
  }
}

function lastWords(config: Config, from: number): string {
  const file = logFileOf(config);
  const lines = readLog(file, from, 16_384).trimEnd().split("\n").slice(-LAST_LINES);
  return lines.join("") === "" ? `It wrote nothing to ${file}.` : `The end of ${file}:\n${lines.join("\n")}`;
}

function failed(reason: string, advice: string, cause?: unknown): CovalentError {
  return new CovalentError("SERVER_START_FAILED", { reason, advice }, { cause });
}
