import type { Kysely } from "kysely";
import { isTerminal, STATUSES } from "../../model/status.ts";
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

/** What ends a dispatch of which nothing can be said but that it cannot go on. It needs no row ids: loading may have failed. */
export function prepareAbandoning(db: Kysely<Tables>): (abandoning: Abandoning) => Unit {
  const dispatch = prepare<{ dispatchId: string; at: string; reason: string }>((value) =>
    db
      .updateTable("lattices")
      .set({ status: "FAILED", reason: value("reason"), updated_at: value("at"), completed_at: value("at") })
      .where("dispatch_id", "=", value("dispatchId"))
      .where("status", "in", OPEN_STATUSES),
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
  return ({ dispatchId, at, reason }) => {
    const values = { dispatchId, at: toDatetime(at), reason };
    return {
      statements: [{ ...dispatch(values), mustChange: true }, nodes(values)],
      events: [{ at, dispatchId, status: "FAILED", reason }],
    };
  };
}
