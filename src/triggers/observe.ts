import { isAbsolute } from "node:path";
import { CovalentError } from "../model/errors.ts";
import type { TriggerDefinition, TriggerRecord } from "../model/trigger.ts";
import { observeDirectory } from "./directory.ts";
import { type HasRow, observeRows, sqlitePath } from "./rows.ts";
import { nextDue, observeTime } from "./time.ts";
import type { TriggerObserver, TriggerSink } from "./trigger.ts";

/** A kind of trigger is a case here, and in {@link observe}. */
export interface Planned {
  /** When it fires first, where that is known (ms since the epoch). */
  readonly dueAt: number | null;
}

/**
 * Looks whether a trigger can be observed at all, before it is stored.
 *
 * @throws {CovalentError} `TRIGGER_UNOBSERVABLE`
 */
export function planTrigger(definition: TriggerDefinition, now: number): Planned {
  switch (definition.name) {
    case "TimeTrigger":
      return { dueAt: nextDue(definition, now, now) };
    case "DirTrigger":
      checkAbsolute("the directory", definition.dir_path);
      return { dueAt: null };
    case "SQLiteTrigger":
    case "DatabaseTrigger":
      checkAbsolute("the database", sqlitePath(definition));
      return { dueAt: null };
    case "BaseTrigger":
      return { dueAt: null };
  }
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
  { definition, dueAt, createdAt }: TriggerRecord,
  hasRow: HasRow,
  sink: TriggerSink,
): TriggerObserver | undefined {
  switch (definition.name) {
    case "TimeTrigger":
      return observeTime(definition, dueAt ?? nextDue(definition, createdAt, Date.now()), sink);
    case "DirTrigger":
      return observeDirectory(definition, sink);
    case "SQLiteTrigger":
    case "DatabaseTrigger":
      return observeRows(definition, hasRow, sink);
    case "BaseTrigger":
      return undefined;
  }
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
