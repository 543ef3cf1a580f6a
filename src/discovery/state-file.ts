import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { Config } from "../config/config.ts";
import { isAlive } from "../process/process-identity.ts";
import { realPath } from "./real-path.ts";

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

/** While it starts, a server has said who it is and not yet where. */
const claimSchema = stateSchema.partial().required({ pid: true, bootId: true, startTime: true });

/**
 * The running server, as it says of itself in `<dispatcher.cache_dir>/server.json`, and again beside its database. The files are
 * complete when the server is ready and removed when it stops. After a crash they stay, so they are believed only while the
 * process they name is running.
 */
export type ServerState = Readonly<z.output<typeof stateSchema>>;

/** What is known of a server that has claimed a database or a directory. */
export type ServerClaim = Readonly<z.output<typeof claimSchema>>;

/** Where the state is kept. */
export function stateFileOf(config: Config): string {
  return join(config.values.dispatcher.cache_dir, "server.json");
}

/** Where a database's server says who it is: beside the file itself, by whichever link it was reached. */
export function databaseClaimOf(databasePath: string): string {
  return `${realPath(databasePath)}.server.json`;
}

/**
 * The server that runs now; `undefined` when none does, whatever an older one has left behind. When the state file is lost, or
 * another `dispatcher.cache_dir` is configured, it is the server of the configured database.
 */
export function runningServer(config: Config): ServerState | undefined {
  return ownServer(config) ?? serverIn(databaseClaimOf(config.values.dispatcher.db_path));
}

/** The server that has a database open, wherever it keeps its own state and by whichever link it was given the file. */
export function serverOfDatabase(config: Config, path: string): ServerState | undefined {
  const own = ownServer(config);
  return own !== undefined && realPath(own.database) === realPath(path)
    ? own
    : serverIn(databaseClaimOf(path));
}

/** The server of the configured `dispatcher.cache_dir`. */
export function ownServer(config: Config): ServerState | undefined {
  return serverIn(stateFileOf(config));
}

/** The process that has claimed what lies beside this file, when it is alive. */
export function readClaim(file: string): ServerClaim | undefined {
  const claim = read(file, claimSchema);
  return claim !== undefined && isAlive(claim) ? claim : undefined;
}

/** Written beside and renamed: a reader finds all of it or nothing. Only its owner may read it. */
export function writeState(file: string, state: ServerClaim): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

/** Removes the state of the process `pid`, and only that: a successor may have written its own. */
export function removeState(file: string, pid: number): void {
  if (read(file, claimSchema)?.pid === pid) rmSync(file, { force: true });
}

function serverIn(file: string): ServerState | undefined {
  const state = read(file, stateSchema);
  return state !== undefined && isAlive(state) ? state : undefined;
}

function read<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
