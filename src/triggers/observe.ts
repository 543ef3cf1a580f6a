import { isAbsolute } from "node:path";
import { CovalentError } from "../model/errors.ts";
import type { RowLooks, RowSource } from "../model/row-source.ts";
import type { TriggerDefinition, TriggerRecord } from "../model/trigger.ts";
import { databaseOf, hadPassword } from "./database-url.ts";
import { observeDirectory } from "./directory.ts";
import type { Passwords } from "./passwords.ts";
import { observeRows } from "./rows.ts";
import { nextDue, observeTime } from "./time.ts";
import type { TriggerObserver, TriggerSink } from "./trigger.ts";

/** A kind of trigger is a case here, and in {@link observe}. */
export interface Planned {
  /** When it fires first, where that is known (ms since the epoch). */
  readonly dueAt: number | null;
}

/** What looking for rows takes. */
export interface RowAccess {
  readonly rows: RowLooks;
  readonly passwords: Passwords;
}

/**
 * Looks whether a trigger can be observed at all, before it is stored.
 *
 * @throws {CovalentError} `TRIGGER_UNOBSERVABLE`, `TRIGGER_DRIVER_MISSING`
 */
export async function planTrigger(
  definition: TriggerDefinition,
  rows: RowLooks,
  now: number,
): Promise<Planned> {
  switch (definition.name) {
    case "TimeTrigger":
      return { dueAt: nextDue(definition, now, now) };
    case "DirTrigger":
      checkAbsolute("the directory", definition.dir_path);
      return { dueAt: null };
    case "SQLiteTrigger":
      checkAbsolute("the database", definition.db_path);
      return { dueAt: null };
    case "DatabaseTrigger":
      await checkDatabase(databaseOf(definition.db_path, undefined), rows);
      return { dueAt: null };
    case "BaseTrigger":
      return { dueAt: null };
  }
}

async function checkDatabase(source: RowSource, rows: RowLooks): Promise<void> {
  if (source.kind === "sqlite") checkAbsolute("the database", source.path);
  await rows.check(source);
}

function checkAbsolute(what: string, path: string): void {
  if (isAbsolute(path)) return;
  const reason = "its path is relative, and the server does not know to what";
  throw new CovalentError("TRIGGER_UNOBSERVABLE", { what: `${what} ${path}`, reason });
}

/** When one that was paused fires next, where that is known. What was due meanwhile is passed over; its times stay on their grid. */
export function dueAfterPause({ definition, dueAt, createdAt }: TriggerRecord, now: number): number | null {
  if (definition.name !== "TimeTrigger") return null;
  return dueAt !== null && dueAt > now ? dueAt : nextDue(definition, dueAt ?? createdAt, now);
}

/** Begins to observe a stored trigger. `undefined` for one that only people fire. */
export function observe(
  { id, definition, dueAt, createdAt }: TriggerRecord,
  { rows, passwords }: RowAccess,
  sink: TriggerSink,
): TriggerObserver | undefined {
  switch (definition.name) {
    case "TimeTrigger":
      return observeTime(definition, dueAt ?? nextDue(definition, createdAt, Date.now()), sink);
    case "DirTrigger":
      return observeDirectory(definition, sink);
    case "SQLiteTrigger":
      return observeRows(definition, async () => ({ kind: "sqlite", path: definition.db_path }), rows, sink);
    case "DatabaseTrigger":
      return observeRows(definition, () => sourceOf(id, definition.db_path, passwords), rows, sink);
    case "BaseTrigger":
      return undefined;
  }
}

async function sourceOf(triggerId: string, url: string, passwords: Passwords): Promise<RowSource> {
  const password = hadPassword(url) ? await passwords.of(triggerId) : undefined;
  if (password === undefined && hadPassword(url))
    throw new Error(
      "the password of its database is not here: it stays behind when data is moved; register it again",
    );
  return databaseOf(url, password);
}

/** After how many events a trigger fires. */
export function threshold(definition: TriggerDefinition): number {
  switch (definition.name) {
    case "DirTrigger":
      return definition.batch_size;
    case "SQLiteTrigger":
    case "DatabaseTrigger":
      return definition.trigger_after_n;
    default:
      return 1;
  }
}
