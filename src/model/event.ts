import type { Status } from "./status.ts";

/**
 * A change of status, as told to whoever listens. `sequence` is written in the commit that makes the event true; events are
 * sent after that commit, in order, and a client that lost its connection resumes behind the last sequence it saw.
 */
export interface StatusEvent {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly dispatchId: string;
  /** Absent for the dispatch itself. */
  readonly nodeId?: number;
  readonly status: Status;
  /** Why, where the status does not say it: the failed ancestor of a cancelled node, the failed nodes of a dispatch. */
  readonly reason?: string;
}
