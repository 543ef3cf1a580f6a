import type { Failure } from "./failure.ts";
import type { NodeOptions } from "./manifest.ts";
import type { NodeType } from "./node.ts";
import type { PayloadRef } from "./payload.ts";
import type { Status, TerminalStatus } from "./status.ts";

/**
 * What the dispatcher and the database say to each other: a dispatch as it is stored, and the changes that a run makes to it.
 * Changes are plain data, so that one writer can group those of many dispatches into one transaction.
 */

/** A row id: the primary key of `lattices`, `electrons` or `attempts`. */
export type RowId = number;

export interface StoredDispatch {
  readonly row: RowId;
  readonly dispatchId: string;
  readonly rootDispatchId: string;
  readonly name: string;
  readonly status: Status;
  readonly language: "typescript" | "python";
  /** The bundle that holds the code of all nodes that name no other. */
  readonly bundle: string | null;
  readonly workdir: string | null;
  readonly projectRoot: string | null;
  /** Ascending by node id; ids are 0, 1, 2, ... without gaps. */
  readonly nodes: readonly StoredNode[];
  readonly edges: readonly StoredEdge[];
}

export interface StoredNode {
  readonly row: RowId;
  readonly nodeId: number;
  readonly name: string;
  readonly type: NodeType;
  readonly status: Status;
  readonly executor: string;
  readonly executorData: Readonly<Record<string, unknown>>;
  readonly electron: string | null;
  readonly bundle: string | null;
  readonly options: NodeOptions;
  readonly key: string | number | null;
  /** A completed node's output, or a parameter's value. */
  readonly output: PayloadRef | null;
  /** How many ended attempts have counted against `retries` so far (failures of kind `user-error` and `timeout`). */
  readonly attempts: number;
  /** How many ended attempts were lost (failures of kind `lost`). */
  readonly lost: number;
  /** The highest attempt number so far, 0 when there was none. */
  readonly lastAttempt: number;
  /** The attempt that was under way when the row was read. */
  readonly open: OpenAttempt | null;
}

export interface OpenAttempt {
  readonly number: number;
  readonly token: string;
  readonly executor: string;
  readonly handle: unknown;
}

export interface StoredEdge {
  readonly source: number;
  readonly target: number;
  readonly name: string;
  /** `null` for edges that carry no value. */
  readonly parameter: "arg" | "kwarg" | null;
  readonly index: number | null;
}

/** A change that is committed whole or not at all. Times are milliseconds since the epoch. */
export type Change = DispatchStatusChange | NodeStatusChange | AttemptPlaced | AttemptEnded;

export interface DispatchStatusChange {
  readonly kind: "dispatch-status";
  readonly dispatch: RowId;
  readonly dispatchId: string;
  readonly status: Status;
  readonly at: number;
  /** Why: the failed nodes, what could not be loaded. */
  readonly reason?: string;
  /** With COMPLETED: the node whose output is the lattice's result. */
  readonly resultOf?: RowId;
}

export interface NodeStatusChange {
  readonly kind: "node-status";
  readonly dispatch: RowId;
  readonly dispatchId: string;
  readonly node: RowId;
  readonly nodeId: number;
  readonly status: Status;
  readonly at: number;
  readonly reason?: string;
  /** When its last attempt really began: it may have waited for its worker after it was placed. */
  readonly startedAt?: number;
  /** With COMPLETED. */
  readonly output?: NodeOutput;
  /** With FAILED. */
  readonly failure?: Failure;
}

/** A payload, or the very output of another node. */
export type NodeOutput = PayloadRef | { readonly sameAs: RowId };

/**
 * An attempt has a place to run and is about to start: after this commit, and not before, user code may run. A second one for
 * the same token replaces the handle: the attempt had not started and has got another place.
 */
export interface AttemptPlaced {
  readonly kind: "attempt-placed";
  readonly dispatch: RowId;
  readonly node: RowId;
  /** 1, 2, 3, ... for each node. */
  readonly number: number;
  readonly token: string;
  readonly executor: string;
  /** Durable JSON by which the executor finds the attempt again. */
  readonly handle: unknown;
  readonly at: number;
}

/** How an attempt ended. A `returned` one never started and counts for nothing. */
export interface AttemptEnded {
  readonly kind: "attempt-ended";
  readonly node: RowId;
  readonly number: number;
  readonly token: string;
  readonly status: TerminalStatus | "RETURNED";
  readonly startedAt: number | null;
  readonly endedAt: number;
  readonly failure?: Failure;
  /** What it printed. The node's logs are those of its last attempt. */
  readonly stdout?: PayloadRef;
  readonly stderr?: PayloadRef;
}
