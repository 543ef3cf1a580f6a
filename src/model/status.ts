/**
 * The statuses of dispatches and nodes, declared once, with the transitions that are allowed.
 *
 * The names are Covalent's own and there are no others: the Python SDK rejects a status it does not know. Conditions such as
 * "cancel requested" or "waiting for a retry" are columns of their own.
 */
export const STATUSES = [
  "NEW_OBJECT",
  "STARTING",
  "RUNNING",
  "DISPATCHING",
  "PENDING_REUSE",
  "PENDING_REPLACEMENT",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
] as const;

/** Where a dispatch or a node stands. */
export type Status = (typeof STATUSES)[number];

/** Read from databases that the original wrote, shown as they are, never written. */
export const LEGACY_STATUSES = ["POSTPROCESSING", "PENDING_POSTPROCESSING", "POSTPROCESSING_FAILED"] as const;

export type TerminalStatus = Extract<Status, "COMPLETED" | "FAILED" | "CANCELLED">;

const NODE_TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  NEW_OBJECT: ["RUNNING", "COMPLETED", "FAILED", "CANCELLED"],
  PENDING_REUSE: ["COMPLETED", "NEW_OBJECT", "CANCELLED"],
  PENDING_REPLACEMENT: ["NEW_OBJECT", "CANCELLED"],
  STARTING: [],
  // Between two attempts a node stays RUNNING.
  RUNNING: ["DISPATCHING", "COMPLETED", "FAILED", "CANCELLED"],
  DISPATCHING: ["COMPLETED", "FAILED", "CANCELLED"],
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
};

const DISPATCH_TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  NEW_OBJECT: ["STARTING", "CANCELLED", "FAILED"],
  STARTING: ["RUNNING", "FAILED", "CANCELLED"],
  RUNNING: ["COMPLETED", "FAILED", "CANCELLED"],
  DISPATCHING: [],
  PENDING_REUSE: [],
  PENDING_REPLACEMENT: [],
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
};

/** True when nothing can follow: the node or dispatch has ended. */
export function isTerminal(status: string): status is TerminalStatus {
  return status === "COMPLETED" || status === "FAILED" || status === "CANCELLED";
}

/** True when a node may go from one status to the other. The same status is no transition. */
export function nodeMayBecome(from: Status, to: Status): boolean {
  return NODE_TRANSITIONS[from].includes(to);
}

/** True when a dispatch may go from one status to the other. The same status is no transition. */
export function dispatchMayBecome(from: Status, to: Status): boolean {
  return DISPATCH_TRANSITIONS[from].includes(to);
}
