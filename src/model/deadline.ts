import { formatDuration } from "./duration.ts";

const PASSED = "the dispatch's deadline of ";

/** The reason of a dispatch that is FAILED because its deadline has passed. */
export function passedDeadline(deadlineMs: number): string {
  return `${PASSED}${formatDuration(deadlineMs)} passed`;
}

/** True when a dispatch is FAILED for this reason because of its own deadline, and for none of its nodes. */
export function isPassedDeadline(reason: string | null): boolean {
  return reason?.startsWith(PASSED) === true;
}
