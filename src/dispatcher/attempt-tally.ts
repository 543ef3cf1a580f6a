import type { StoredNode } from "../model/change.ts";

/** The attempts that a node has had. */
export interface AttemptTally {
  /** The number of the last attempt. */
  last: number;
  /** Attempts that count against `retries`. */
  counted: number;
  lost: number;
}

export function tallyOf(node: StoredNode): AttemptTally {
  return { last: node.lastAttempt, counted: node.attempts, lost: node.lost };
}
