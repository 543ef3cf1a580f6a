import type { Kysely } from "kysely";
import type { StatusEvent } from "../../model/event.ts";
import type { Status } from "../../model/status.ts";
import type { EventLog } from "../journal.ts";
import type { EventRow, Tables } from "../tables.ts";
import { prepare } from "./prepare.ts";
import type { Unit } from "./unit.ts";

/** Events kept for those who come back after a while; older ones are told to start anew. */
const KEPT = 100_000;

/** Behind so many new events the oldest are taken away: rarely, and so many at a time that it is not noticed. */
const TRIM_EVERY = 1_000;

export interface StoredEventLog extends EventLog {
  /** Takes in the events of a commit and passes them on. */
  publish(events: readonly StatusEvent[]): void;
}

export interface EventLogOptions {
  readonly db: Kysely<Tables>;
  /** Writes the unit that removes old events; nobody waits for it. */
  readonly trim: (unit: Unit) => void;
  readonly kept?: number;
}

/** The events in the database, continued behind the last one. */
export async function openEventLog({ db, trim, kept = KEPT }: EventLogOptions): Promise<StoredEventLog> {
  const listeners = new Set<(events: readonly StatusEvent[]) => void>();
  const remove = prepare<{ upTo: number }>((value) =>
    db.deleteFrom("events").where("sequence", "<=", value("upTo")),
  );
  let latest = (await edge(db, "max")) ?? 0;
  let trimmedAt = latest;

  return {
    get latest() {
      return latest;
    },
    async oldest() {
      return (await edge(db, "min")) ?? latest + 1;
    },
    async since(after, limit) {
      const rows = await db
        .selectFrom("events")
        .selectAll()
        .where("sequence", ">", after)
        .orderBy("sequence")
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish(events) {
      latest = events.at(-1)?.sequence ?? latest;
      for (const listener of listeners) tell(listener, events);
      if (latest - trimmedAt < TRIM_EVERY) return;
      trimmedAt = latest;
      if (latest > kept) trim({ statements: [remove({ upTo: latest - kept })], events: [] });
    },
  };
}

async function edge(db: Kysely<Tables>, which: "min" | "max"): Promise<number | null> {
  const row = await db
    .selectFrom("events")
    .select(({ fn }) => fn[which]("sequence").as("sequence"))
    .executeTakeFirst();
  return row?.sequence ?? null;
}

/** A listener that throws is a fault of the program, but no reason to keep the event from the others. */
function tell(listener: (events: readonly StatusEvent[]) => void, events: readonly StatusEvent[]): void {
  try {
    listener(events);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function toEvent(row: EventRow): StatusEvent {
  return {
    sequence: row.sequence,
    at: row.at,
    dispatchId: row.dispatch_id,
    ...(row.node_id === null ? {} : { nodeId: row.node_id }),
    status: row.status as Status,
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}
