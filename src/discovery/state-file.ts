import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { Config } from "../config/config.ts";
import { isAlive } from "../process/process-identity.ts";

const stateSchema = z.object({
  url: z.string(),
  host: z.string(),
  port: z.int(),
  /** The port that was asked for: another than `port` when that one was taken. */
  requestedPort: z.int(),
  pid: z.int(),
  bootId: z.string(),
  startTime: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  version: z.string(),
  /** The database's path. */
  database: z.string(),
  /** What the server was started with, so that a restart starts it in the same way. */
  flags: z.array(z.object({ name: z.string(), key: z.string(), value: z.string() })),
});

/**
 * The running server, as it says of itself in `<dispatcher.cache_dir>/server.json`. The file is written when the server is ready
 * and removed when it stops. After a crash it stays, so it is believed only while the process it names is running.
 */
export type ServerState = Readonly<z.output<typeof stateSchema>>;

/** Where the state is kept. */
export function stateFileOf(config: Config): string {
  return join(config.values.dispatcher.cache_dir, "server.json");
}

/** The server that runs now; `undefined` when none does, whatever an older one has left behind. */
export function runningServer(config: Config): ServerState | undefined {
  const state = readState(stateFileOf(config));
  return state !== undefined && isAlive(state) ? state : undefined;
}

/** Written beside and renamed: a reader finds all of it or nothing. Only its owner may read it. */
export function writeState(file: string, state: ServerState): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

/** Removes the state of the process `pid`, and only that: a successor may have written its own. */
export function removeState(file: string, pid: number): void {
  if (readState(file)?.pid === pid) rmSync(file, { force: true });
}

function readState(file: string): ServerState | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
