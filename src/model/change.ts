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
  /** What its sublattices inherit. */
  readonly executor: ExecutorRef;
  readonly workflowExecutor: ExecutorRef;
  /** The node of another dispatch that this one is; `null` for one that a person started. */
  readonly parent: { readonly dispatchId: string; readonly nodeId: number } | null;
  readonly startedAt: number | null;
  readonly deadlineMs: number | null;
  /** Higher goes first. */
  readonly priority: number;
  readonly tags: readonly string[];
  readonly paused: boolean;
  readonly cancelRequested: boolean;
  /** Ascending by node id; ids are 0, 1, 2, ... without gaps. */
  readonly nodes: readonly StoredNode[];
  readonly edges: readonly StoredEdge[];
}

/**
 * The graph of a dispatch as it was stored by who hands it on. What has been asked of single nodes since is not in it: that is with
 * their jobs, whose rows are as many as there are nodes at most.
 */
export interface RegisteredGraph extends Pick<StoredDispatch, "nodes" | "edges"> {
  readonly firstJob: RowId;
}

/** An executor by name, with the attributes it was asked for with. */
export interface ExecutorRef {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a sublattice runs on where neither it nor its electrons say: what the lattice it is a node of runs on. */
export interface InheritedExecutors {
  readonly executor: ExecutorRef;
  readonly workflowExecutor: ExecutorRef;
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
  /** What the Python SDK has pickled; `null` for nodes of other languages, and for parameters. */
  readonly pickled: PickledParts | null;
  readonly options: NodeOptions;
  readonly key: string | number | null;
  /** A completed node's output, or a parameter's value. */
  readonly output: PayloadRef | null;
  /** How many ended attempts have counted against `retries` so far: every failure but those of kind `lost`. */
  readonly attempts: number;
  /** How many ended attempts were lost (failures of kind `lost`). */
  readonly lost: number;
  /** The highest attempt number so far, 0 when there was none. */
  readonly lastAttempt: number;
  /** The attempt that was under way when the row was read. */
  readonly open: OpenAttempt | null;
  /** It waits for its next attempt. */
  readonly retry: RetryWait | null;
  readonly cancelRequested: boolean;
  /** SHA-256 of the electron's own code; `null` when nobody said. */
  readonly codeDigest: string | null;
  /** A sublattice's dispatch; `null` when the node has had none, or waits for another attempt after its last one failed. */
  readonly subDispatchId: string | null;
}

/** A function that the Python SDK has pickled, and what runs before and after it. */
export interface PickledParts {
  readonly function: PayloadRef;
  readonly hooks: PayloadRef | null;
}

/** How far the dispatch of a sublattice is. */
export interface SubDispatchState {
  readonly dispatchId: string;
  readonly status: Status;
  /** When it is FAILED for a node: which one, and why that one failed. */
  readonly reason: string | null;
  /** When it is COMPLETED: what it returned, and the row of the node that holds that. */
  readonly result: { readonly node: RowId; readonly payload: PayloadRef } | null;
}

/** A wait for the next attempt. After a restart what is left of it is never more than `delayMs`, whatever the clock says. */
export interface RetryWait {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly delayMs: number;
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
export type Change =
  | DispatchStatusChange
  | NodeStatusChange
  | AttemptPlaced
  | AttemptEnded
  | SubDispatchFailed
  | RetryPlanned
  | CancelRequested
  | DispatchPaused
  | ResultCached;

/** The dispatch that an attempt of a sublattice had built has failed, and with it that attempt. */
export interface SubDispatchFailed {
  readonly kind: "sub-dispatch-failed";
  readonly dispatch: RowId;
  readonly node: RowId;
  /** The attempt's. */
  readonly number: number;
  readonly at: number;
  readonly failure: Failure;
  /** The node has another attempt: it has no dispatch until that has built one. */
  readonly again: boolean;
}

/** The node waits before its next attempt; `null` when it no longer does. */
export interface RetryPlanned {
  readonly kind: "retry-planned";
  readonly dispatch: RowId;
  readonly node: RowId;
  readonly wait: RetryWait | null;
}

/** Somebody wants a dispatch, or some of its nodes, to be cancelled: what has not ended by then ends so, also after a restart. */
export interface CancelRequested {
  readonly kind: "cancel-requested";
  readonly dispatch: RowId;
  /** `"all"`: the dispatch itself. */
  readonly nodes: "all" | readonly RowId[];
}

/** While a dispatch is paused nothing new of it starts; what runs goes on. */
export interface DispatchPaused {
  readonly kind: "dispatch-paused";
  readonly dispatch: RowId;
  readonly paused: boolean;
}

/** The output that this node is given in the same commit may be taken over by later ones with the same key. */
export interface ResultCached {
  readonly kind: "result-cached";
  readonly dispatch: RowId;
  readonly dispatchId: string;
  readonly node: RowId;
  readonly nodeId: number;
  readonly entry: CacheEntry;
}

/** Under what a result is cached. */
export interface CacheEntry {
  readonly key: string;
  /** The electron's name. */
  readonly name: string;
  readonly codeDigest: string;
  readonly inputsDigest: string;
  readonly version: string;
  readonly at: number;
  readonly expiresAt: number | null;
}

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
  /** How the cache was asked for this node and what it answered: kept for people (`covalent cache explain`). */
  readonly cache?: CacheRecord;
}

/** What was looked for in the cache, and what was found there. */
export interface CacheRecord {
  readonly key: string;
  readonly codeDigest: string;
  readonly inputsDigest: string;
  readonly version: string;
  /** Whose result it took over; `null` when there was none. */
  readonly hit: { readonly dispatchId: string; readonly nodeId: number } | null;
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
