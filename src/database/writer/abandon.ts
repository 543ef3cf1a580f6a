import type { Kysely } from "kysely";
import { isTerminal, STATUSES, type Status, type TerminalStatus } from "../../model/status.ts";
import type { Tables } from "../tables.ts";
import { toDatetime } from "../times.ts";
import { prepare } from "./prepare.ts";
import type { Unit } from "./unit.ts";

const OPEN_STATUSES = STATUSES.filter((status) => !isTerminal(status));

interface Abandoning {
  readonly dispatchId: string;
  readonly at: number;
  readonly reason: string;
}

export interface Abandonings {
  /** Ends a dispatch of which nothing can be said but that it cannot go on. */
  fail(abandoning: Abandoning): Unit;
  /** Ends a dispatch of ours that was never started. */
  cancelUnstarted(abandoning: Abandoning): Unit;
}

/** What ends a dispatch as a whole. It needs no row ids: nothing of it is loaded. */
export function prepareAbandoning(db: Kysely<Tables>): Abandonings {
  const fail = prepareEnd(db, "FAILED", OPEN_STATUSES);
  const cancelUnstarted = prepareEnd(db, "CANCELLED", ["NEW_OBJECT"]);
  return { fail, cancelUnstarted };
}

function prepareEnd(db: Kysely<Tables>, status: TerminalStatus, from: readonly Status[]) {
  const dispatch = prepare<{ dispatchId: string; at: string; reason: string }>((value) =>
    db
      .updateTable("lattices")
      .set({ status, reason: value("reason"), updated_at: value("at"), completed_at: value("at") })
      .where("dispatch_id", "=", value("dispatchId"))
      .where("registering", "is", null)
      .where("language", "is not", null)
      .where("status", "in", from),
  );
  const nodes = prepare<{ dispatchId: string; at: string; reason: string }>((value) =>
    db
      .updateTable("electrons")
      .set({
        status: "CANCELLED",
        reason: value("reason"),
        updated_at: value("at"),
        completed_at: value("at"),
      })
      .where("parent_lattice_id", "in", (eb) =>
        eb.selectFrom("lattices").select("id").where("dispatch_id", "=", value("dispatchId")),
      )
      .where("status", "in", OPEN_STATUSES),
  );
  return ({ dispatchId, at, reason }: Abandoning): Unit => {
    const values = { dispatchId, at: toDatetime(at), reason };
    return {
      statements: [{ ...dispatch(values), mustChange: 1 }, nodes(values)],
      events: [{ at, dispatchId, status, reason }],
    };
  };
}
