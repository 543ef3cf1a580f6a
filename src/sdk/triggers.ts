import { resolve } from "node:path";
import { type Duration, parseDuration } from "../model/duration.ts";
import { CovalentError } from "../model/errors.ts";

/**
 * What starts a lattice's dispatch whenever it happens: made by {@link timeTrigger}, {@link directoryTrigger}, {@link sqliteTrigger} or
 * {@link databaseTrigger}, given to a lattice as `triggers`.
 *
 * A dispatch of such a lattice waits for the first time; each further time a new dispatch repeats it, with the same arguments. The
 * server observes triggers, also after a restart, until `stopTriggers` or the deletion of the dispatch.
 *
 * @example
 * import { electron, lattice, type Trigger, timeTrigger } from "covalent-ts";
 *
 * const nightly: Trigger = timeTrigger({ cron: "30 2 * * *", timezone: "Europe/Berlin" });
 * const report = electron(() => new Date().toISOString());
 * export const nightlyReport = lattice({ triggers: [nightly] }, () => report());
 */
export interface Trigger {
  /** Its kind. */
  readonly name: "TimeTrigger" | "DirTrigger" | "SQLiteTrigger" | "DatabaseTrigger";
  readonly [field: string]: unknown;
}

/**
 * Fires again and again: after each `every`, counted from the dispatch on, or whenever a cron expression says (five fields, or six with
 * seconds in front; in the server's time zone unless another is named). What is due while no server runs counts once.
 *
 * @throws {CovalentError} `INVALID_DURATION`, `INVALID_OPTION`
 * @example
 * import { electron, lattice, timeTrigger } from "covalent-ts";
 *
 * const check = electron(() => "ok");
 * export const watch = lattice({ triggers: [timeTrigger({ every: "10m" })] }, () => check());
 */
export function timeTrigger(
  when: { readonly every: Duration } | { readonly cron: string; readonly timezone?: string },
): Trigger {
  if ("every" in when) {
    const ms = parseDuration(when.every);
    if (ms < 50) throw invalid("every", "timeTrigger", "must be at least 50 ms");
    return Object.freeze({ name: "TimeTrigger", time_gap: ms / 1_000 });
  }
  const { cron, timezone } = when;
  if (typeof cron !== "string" || cron.trim() === "")
    throw invalid("cron", "timeTrigger", 'must be a cron expression such as "0 8 * * *"');
  return Object.freeze({ name: "TimeTrigger", cron, ...(timezone !== undefined && { timezone }) });
}

/** What may happen to a file. */
export type DirectoryEvent = "created" | "deleted" | "modified" | "moved" | "closed";

/**
 * How a directory is observed.
 *
 * @example
 * import { type DirectoryTriggerOptions, directoryTrigger } from "covalent-ts";
 *
 * const options: DirectoryTriggerOptions = { events: ["closed"], recursive: true };
 * export const arrivals = directoryTrigger("incoming", options);
 */
export interface DirectoryTriggerOptions {
  /** `created` when absent. `closed`: a file was written, and has been quiet for a second. */
  readonly events?: readonly DirectoryEvent[];
  /** How many of them make it fire; 1 when absent. */
  readonly batchSize?: number;
  /** What happens in directories below it counts, too. */
  readonly recursive?: boolean;
}

/**
 * Fires when something happens to a file, or to what is in a directory of the server's machine. A relative path is one of the dispatching
 * program's directory. What happens while no server runs is not seen.
 *
 * @throws {CovalentError} `INVALID_OPTION`
 * @example
 * import { directoryTrigger, electron, lattice } from "covalent-ts";
 *
 * const load = electron((directory: string) => directory.length);
 * export const ingest = lattice({ triggers: [directoryTrigger("/data/incoming", { events: ["closed"] })] }, (d: string) => load(d));
 */
export function directoryTrigger(path: string, options: DirectoryTriggerOptions = {}): Trigger {
  const { events = ["created"], batchSize = 1, recursive = false } = options;
  if (events.length === 0) throw invalid("events", "directoryTrigger", "must name at least one event");
  checkCount("batchSize", "directoryTrigger", batchSize);
  return Object.freeze({
    name: "DirTrigger",
    dir_path: resolve(path),
    event_names: [...events],
    batch_size: batchSize,
    recursive,
  });
}

/**
 * How a table is observed.
 *
 * @example
 * import { type SqliteTriggerOptions, sqliteTrigger } from "covalent-ts";
 *
 * const options: SqliteTriggerOptions = { table: "jobs", where: ["state = 'new'"], every: "5s" };
 * export const newJobs = sqliteTrigger("queue.db", options);
 */
export interface SqliteTriggerOptions {
  readonly table: string;
  /** SQL conditions on its rows, all of which must hold. */
  readonly where?: readonly string[];
  /** How often it is looked at; every second when absent. */
  readonly every?: Duration;
  /** How many looks with such rows make it fire; 1 when absent. */
  readonly after?: number;
}

/**
 * Fires as long as a table of a SQLite file on the server's machine has such rows: at each look, or each `after` looks.
 *
 * @throws {CovalentError} `INVALID_DURATION`, `INVALID_OPTION`
 * @example
 * import { electron, lattice, sqliteTrigger } from "covalent-ts";
 *
 * const work = electron(() => "done");
 * const newJobs = sqliteTrigger("/data/queue.db", { table: "jobs", where: ["state = 'new'"], every: "5s" });
 * export const worker = lattice({ triggers: [newJobs] }, () => work());
 */
export function sqliteTrigger(path: string, options: SqliteTriggerOptions): Trigger {
  return Object.freeze({
    name: "SQLiteTrigger",
    db_path: resolve(path),
    ...looksOf("sqliteTrigger", options),
  });
}

/**
 * The same for a table of a database at an address: `postgresql://user:password@host:port/database`, `mysql://…`, `mariadb://…` or
 * `sqlite:////absolute/path`. The server needs the package `pg` or `mysql2` for it, and keeps the password apart from its data.
 *
 * @throws {CovalentError} `INVALID_DURATION`, `INVALID_OPTION`
 * @example
 * import { databaseTrigger, electron, lattice } from "covalent-ts";
 *
 * const work = electron(() => "done");
 * const newJobs = databaseTrigger("postgresql://ada@db.lab/queue", { table: "jobs", where: ["state = 'new'"] });
 * export const worker = lattice({ triggers: [newJobs] }, () => work());
 */
export function databaseTrigger(url: string, options: SqliteTriggerOptions): Trigger {
  // Not shown: there may be a password in it.
  if (typeof url !== "string" || !/^[\w+]+:\/\//.test(url))
    throw invalid("url", "databaseTrigger", "must be an address such as postgresql://user@host/database");
  return Object.freeze({ name: "DatabaseTrigger", db_path: url, ...looksOf("databaseTrigger", options) });
}

function looksOf(kind: string, { table, where = [], every = 1_000, after = 1 }: SqliteTriggerOptions) {
  if (typeof table !== "string" || table === "") throw invalid("table", kind, "must name a table");
  const ms = parseDuration(every);
  if (ms < 50) throw invalid("every", kind, "must be at least 50 ms");
  checkCount("after", kind, after);
  return {
    table_name: table,
    where_clauses: [...where],
    poll_interval: ms / 1_000,
    trigger_after_n: after,
  };
}

const NAMES: ReadonlySet<unknown> = new Set([
  "TimeTrigger",
  "DirTrigger",
  "SQLiteTrigger",
  "DatabaseTrigger",
]);

/** What is wrong with a lattice's `triggers`, or `undefined`. */
export function wrongTriggers(value: unknown): string | undefined {
  const isRight =
    Array.isArray(value) &&
    value.every((one) => typeof one === "object" && one !== null && NAMES.has(one.name));
  return isRight
    ? undefined
    : "must be a list of what timeTrigger, directoryTrigger, sqliteTrigger or databaseTrigger gives";
}

function checkCount(option: string, kind: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw invalid(option, kind, "must be a whole number, 1 or more");
}

function invalid(option: string, kind: string, reason: string): CovalentError {
  return new CovalentError("INVALID_OPTION", { option, kind, reason });
}
