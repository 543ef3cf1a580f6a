import type { DispatchOrder, DispatchSort, DispatchStatus } from "../../api/dispatches.ts";

/** Groups of statuses that the list is filtered by. */
export const STATUS_GROUPS = {
  running: ["STARTING", "RUNNING", "DISPATCHING", "POSTPROCESSING", "PENDING_POSTPROCESSING"],
  pending: ["NEW_OBJECT", "PENDING_REUSE", "PENDING_REPLACEMENT"],
  completed: ["COMPLETED"],
  failed: ["FAILED", "POSTPROCESSING_FAILED"],
  cancelled: ["CANCELLED"],
} as const satisfies Readonly<Record<string, readonly DispatchStatus[]>>;

export type StatusGroup = keyof typeof STATUS_GROUPS;

/** What the list's address says of it; absent is the default. */
export interface DispatchesSearch {
  readonly q?: string;
  readonly status?: StatusGroup;
  readonly sort?: DispatchSort;
  readonly order?: "asc" | "desc";
  /** The dispatches of sublattices, too. */
  readonly subs?: true;
}

export const NEWEST_FIRST: DispatchOrder = { sort: "created", order: "desc" };
const SORTS: ReadonlySet<unknown> = new Set<DispatchSort>([
  "created",
  "started",
  "ended",
  "name",
  "status",
  "nodes",
  "duration",
]);

/** Reads an address that anybody may have written. */
export function parseDispatchesSearch(given: Readonly<Record<string, unknown>>): DispatchesSearch {
  const { q, status, sort, order, subs } = given;
  return {
    ...(q !== undefined && q !== "" && { q: String(q).slice(0, 200) }),
    ...(typeof status === "string" && status in STATUS_GROUPS && { status: status as StatusGroup }),
    ...(SORTS.has(sort) && { sort: sort as DispatchSort }),
    ...((order === "asc" || order === "desc") && { order }),
    ...(subs === true && { subs }),
  };
}
