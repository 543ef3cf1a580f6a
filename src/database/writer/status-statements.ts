import { type Kysely, sql } from "kysely";
import { dispatchMayBecome, isTerminal, nodeMayBecome, STATUSES, type Status } from "../../model/status.ts";
import type { Tables } from "../tables.ts";
import { type Parameter, prepare } from "./prepare.ts";
import type { Statement } from "./unit.ts";

export interface StatusValues {
  readonly row: number;
  /** A DATETIME text. */
  readonly at: string;
  readonly reason: string | null;
}

export interface NodeStatusValues extends StatusValues {
  /** When it really began, where that is known better than by the change of status. A DATETIME text. */
  readonly startedAt: string | null;
}

type StatusStatement<Values> = (values: Values) => Statement;

/** Nodes of which nothing is known that differs. */
export interface NodesStatusValues extends Omit<StatusValues, "row"> {
  readonly rows: readonly number[];
}

export interface StatusStatements {
  node(status: Status, values: NodeStatusValues): Statement;
  nodes(status: Status, values: NodesStatusValues): Statement;
  dispatch(status: Status, values: StatusValues): Statement;
  /** What the cache had for a node: JSON. */
  cache(values: { readonly row: number; readonly cache: string }): Statement;
}

/**
 * Changes of status. Each changes its row only from a status that allows it, so a transition that is not in the table of
 * `model/status.ts` cannot happen, not even when two ask at once: the second one finds nothing to change.
 */
export function prepareStatusStatements(db: Kysely<Tables>): StatusStatements {
  const one = perStatus((status) => prepareNode(db, status));
  const many = perStatus((status) => prepareNodes(db, status));
  const dispatches = perStatus((status) => prepareDispatch(db, status));
  return {
    node: (status, values) => ({ ...one[status](values), mustChange: 1 }),
    nodes: (status, { rows, ...values }) => ({
      ...many[status]({ ...values, rows: JSON.stringify(rows), startedAt: null }),
      mustChange: rows.length,
    }),
    dispatch: (status, values) => ({ ...dispatches[status](values), mustChange: 1 }),
    cache: prepare((value) =>
      db
        .updateTable("electrons")
        .set({ cache: value("cache") })
        .where("id", "=", value("row")),
    ),
  };
}

function prepareNode(db: Kysely<Tables>, status: Status): StatusStatement<NodeStatusValues> {
  return prepare<NodeStatusValues>((value) =>
    changeOfNodes(db, status, value).where("id", "=", value("row")),
  );
}

function prepareNodes(db: Kysely<Tables>, status: Status) {
  type Values = Omit<NodeStatusValues, "row"> & { readonly rows: string };
  return prepare<Values>((value) =>
    changeOfNodes(db, status, value).where(
      "id",
      "in",
      sql<number>`(select value from json_each(${value("rows")}))`,
    ),
  );
}

function changeOfNodes(
  db: Kysely<Tables>,
  status: Status,
  value: Parameter<Pick<NodeStatusValues, "at" | "reason" | "startedAt">>,
) {
  const from = STATUSES.filter((before) => nodeMayBecome(before, status));
  return (
    db
      .updateTable("electrons")
      .set({ status, updated_at: value("at"), reason: value("reason") })
      // A cancelled node may never have started; a completed parameter starts and ends at once.
      .$if(status !== "CANCELLED" && status !== "NEW_OBJECT", (query) =>
        query.set({ started_at: sql`coalesce(${value("startedAt")}, started_at, ${value("at")})` }),
      )
      // What has ended waits for no further attempt.
      .$if(isTerminal(status), (query) =>
        query.set({ completed_at: value("at"), retry_at: null, retry_delay_ms: null }),
      )
      .where("status", "in", from.length > 0 ? from : ["none"])
  );
}

function prepareDispatch(db: Kysely<Tables>, status: Status): StatusStatement<StatusValues> {
  const from = STATUSES.filter((before) => dispatchMayBecome(before, status));
  return prepare<StatusValues>((value) =>
    db
      .updateTable("lattices")
      .set({ status, updated_at: value("at"), reason: value("reason") })
      .$if(status === "RUNNING", (query) => query.set({ started_at: value("at") }))
      .$if(isTerminal(status), (query) => query.set({ completed_at: value("at") }))
      .where("id", "=", value("row"))
      .where("status", "in", from.length > 0 ? from : ["none"]),
  );
}

function perStatus<Values>(
  make: (status: Status) => StatusStatement<Values>,
): Record<Status, StatusStatement<Values>> {
  return Object.fromEntries(STATUSES.map((status) => [status, make(status)])) as Record<
    Status,
    StatusStatement<Values>
  >;
}
