import { Cron } from "croner";
import { CovalentError } from "../model/errors.ts";
import type { TimeTriggerDefinition } from "../model/trigger.ts";
import type { TriggerObserver, TriggerSink } from "./trigger.ts";

/** The clock may be set meanwhile: it is looked at again at least so often. */
const LOOK_AGAIN_MS = 60_000;

/**
 * When a time trigger fires next, in milliseconds since the epoch. A gap counts from `since`, when it was due before or was
 * registered, so that its times stay on one grid; those that have passed by `now` are passed over.
 *
 * @throws {CovalentError} `TRIGGER_UNOBSERVABLE` for a cron expression or time zone that is none, or that never comes
 * @example
 * nextDue({ name: "TimeTrigger", time_gap: 60 }, 1_000, 500); // 61_000
 */
export function nextDue(
  { time_gap: gap, cron, timezone }: TimeTriggerDefinition,
  since: number,
  now: number,
): number {
  if (cron !== undefined) return nextByCron(cron, timezone, Math.max(since, now));
  const gapMs = (gap ?? 0) * 1_000;
  const passed = Math.max(Math.floor((now - since) / gapMs), 0);
  return Math.ceil(since + (passed + 1) * gapMs);
}

function nextByCron(cron: string, timezone: string | undefined, after: number): number {
  let next: Date | null;
  try {
    next = new Cron(cron, { paused: true, ...(timezone !== undefined && { timezone }) }).nextRun(
      new Date(after),
    );
  } catch (error) {
    throw unobservable(cron, error instanceof Error ? error.message : String(error));
  }
  if (next === null) throw unobservable(cron, "that time never comes");
  return next.getTime();
}

function unobservable(cron: string, reason: string): CovalentError {
  return new CovalentError("TRIGGER_UNOBSERVABLE", { what: `the time ${JSON.stringify(cron)}`, reason });
}

/** Reports each time it is due. What was due while no server ran is reported once, at the start. */
export function observeTime(
  definition: TimeTriggerDefinition,
  firstDue: number,
  sink: TriggerSink,
): TriggerObserver {
  let due = firstDue;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = Math.max(due - Date.now(), 0);
    timer = setTimeout(look, Math.min(left, LOOK_AGAIN_MS)).unref();
  };
  const look = (): void => {
    if (Date.now() >= due) {
      due = nextDue(definition, due, Date.now());
      sink.happened(1, due);
    }
    arm();
  };
  arm();
  return {
    async close() {
      clearTimeout(timer);
    },
  };
}
