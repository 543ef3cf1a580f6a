import type { StoredNode } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";

/** How often an attempt may be lost (its worker or host died) before its node fails: losing it says nothing about the task. */
const LOST_ATTEMPTS = 3;

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

/** Counts a failed attempt; true when the node is to be tried again. Failures that would only repeat themselves are not. */
export function tryAgain(tally: AttemptTally, failure: Failure, retries: number): boolean {
  if (failure.kind === "lost") return ++tally.lost <= LOST_ATTEMPTS;
  if (failure.kind === "user-error" || failure.kind === "timeout") return ++tally.counted <= retries;
  return false;
}
