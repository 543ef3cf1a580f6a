import type { Status } from "../model/status.ts";

/** A dispatch or one of its nodes has another status. */
export interface StatusChange {
  /** Absent when it is the dispatch's own. */
  readonly nodeId?: number;
  readonly status: Status;
  readonly at: Date;
  /** Why it is FAILED or CANCELLED. */
  readonly reason?: string;
}
