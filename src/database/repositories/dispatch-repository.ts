import type { ReuseEdge } from "../../graph/labelled-parents.ts";
import type { ReuseNode } from "../../graph/reuse-graph.ts";
import type { RegisteredGraph } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { ManifestHeader, ManifestLink, ManifestNode } from "../../model/manifest.ts";
import type { NodeType } from "../../model/node.ts";
import type { LEGACY_STATUSES, Status, TerminalStatus } from "../../model/status.ts";

/**
 * The dispatches of a database: registering new ones and reading all, those that the original wrote included.
 *
 * Reading is by page: no method answers with a whole graph.
 */
export interface DispatchRepository {
  /**
   * Begins to store a dispatch. It is invisible until {@link Registration.finish}. What is wrong with it (`INVALID_ARGUMENT` when the
   * id is taken) is thrown by a later call, at the latest by `finish`: what belongs together is written together.
   */
  beginRegistration(start: RegistrationStart): Promise<Registration>;
  /**
   * Stores a dispatch with the code, inputs and graph of another one, in slices. It is invisible until all of it is there. Bytes are
   * named again, never copied, and nothing of the other one changes.
   *
   * @returns `undefined` when a dispatch has its idempotency key by then: nothing is stored
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_OF_ORIGINAL`
   */
  repeat(repetition: Repetition): Promise<{ readonly reused: number } | undefined>;
  /**
   * Makes a dispatch that has been registered and not begun that of a sublattice's node, which is being built, in place of an earlier
   * one, which is cancelled. One that is that already is left as it is.
   *
   * @throws {CovalentError} `INVALID_ARGUMENT` when node or dispatch are not like that
   */
  linkSubDispatch(link: SubDispatchLink): Promise<void>;
  /** A sublattice's node that is being built by a task in Python. @throws {CovalentError} `INVALID_ARGUMENT` when it is not */
  sublatticeNode(dispatchId: string, nodeId: number): Promise<SublatticeNode>;
  /** Nodes as reuse compares them, of a dispatch that is being registered, too. Ascending by id, behind `after`. */
  comparableNodes(dispatchId: string, page: PagePlace): Promise<readonly ReuseNode[]>;
  /** The edges that go with them. */
  comparableEdges(dispatchId: string, page: LinkPage): Promise<readonly ReuseEdge[]>;
  /** The dispatch that was registered with an idempotency key. */
  withKey(idempotencyKey: string): Promise<string | undefined>;
  /** Newest first, deleted ones and those being registered left out. */
  list(query: DispatchQuery): Promise<{ readonly items: readonly DispatchSummary[]; readonly total: number }>;
  /** How many of the dispatches that a list would have are in each status; statuses without any are left out. */
  statusCounts(query: DispatchFilter): Promise<Readonly<Partial<Record<DispatchSummary["status"], number>>>>;
  summary(dispatchId: string): Promise<DispatchSummary | undefined>;
  /** The dispatches in which it is a sublattice, outermost first; none of a dispatch that is nobody's. */
  ancestors(dispatchId: string): Promise<readonly Ancestor[]>;
  /** What its manifest says, but for nodes and links. Bytes of assets are left out: see `AssetRepository.content`. */
  header(dispatchId: string): Promise<ManifestHeader | undefined>;
  /** Ascending by id, behind `after` (-1 for the first page). */
  nodes(dispatchId: string, page: NodePage): Promise<readonly ManifestNode[]>;
  /** The same without what they are made of: cheap, however many there are. */
  nodeStates(dispatchId: string, page: PagePlace): Promise<readonly NodeState[]>;
  /** What they ran and put out, by digest. */
  nodeDigests(dispatchId: string, page: PagePlace): Promise<readonly NodeDigests[]>;
  /** In the order in which they were registered. */
  links(dispatchId: string, page: LinkPage): Promise<readonly ManifestLink[]>;
  /** The attempts of a node, in order. */
  attempts(dispatchId: string, nodeId: number): Promise<readonly AttemptRecord[]>;
}

export interface RegistrationStart {
  readonly header: ManifestHeader;
  readonly dispatchId: string;
  readonly rootDispatchId: string;
  /** The row of the node of another dispatch that this one is. */
  readonly parentNode?: number;
  /** Node ids are 0 to `nodeCount - 1`. */
  readonly nodeCount: number;
  readonly linkCount: number;
}

/** A node that becomes a dispatch of its own. */
export interface SublatticeNode {
  /** Its row. */
  readonly node: number;
  readonly rootDispatchId: string;
}

/** A node of a dispatch, and the dispatch that it is. */
export interface SubDispatchLink {
  readonly dispatchId: string;
  readonly nodeId: number;
  readonly subDispatchId: string;
}

/** A dispatch, and its node that is the next dispatch on the way down. */
export interface Ancestor {
  readonly dispatchId: string;
  readonly name: string;
  readonly nodeId: number;
}

/** A dispatch that repeats another one. */
export interface Repetition {
  readonly of: string;
  readonly dispatchId: string;
  /** Of these, the node with this id and all that builds on it run again all the same. */
  readonly fromNode?: number;
  /** Nodes that have completed wait to take over their results (PENDING_REUSE). The other dispatch must have ended. */
  readonly reuse: boolean;
  readonly idempotencyKey?: string;
  /** The other one's when absent. */
  readonly priority?: number;
  readonly deadlineMs?: number;
}

/** What nodes of a dispatch take over from those of another one, which has ended. */
export interface TakeOver {
  /** The other dispatch. */
  readonly from: string;
  /** Ids of nodes: the own and the other's. */
  readonly pairs: readonly (readonly [node: number, old: number])[];
  /** Output and logs of those that have completed: the nodes wait to take them over (PENDING_REUSE). */
  readonly results: boolean;
  /** What the nodes are made of, in place of what their manifest announced; and the dispatch's own assets with equal digests. */
  readonly makings: boolean;
}

/**
 * A dispatch that is being stored, in slices of any size; all nodes come before the first link. Each call may only be made when
 * the one before has resolved.
 *
 * If the process dies before `finish`, the dispatch is never seen, and what there is of it is removed when the database is next
 * opened.
 */
export interface Registration {
  /** Resolves when what was given so far is in the database. @throws {CovalentError} what is wrong with it */
  written(): Promise<void>;
  /** @throws {CovalentError} `INVALID_MANIFEST`, `ASSET_CORRUPT` (content that does not have the digest it claims) */
  nodes(slice: readonly ManifestNode[]): Promise<void>;
  /** @throws {CovalentError} `INVALID_MANIFEST` */
  links(slice: readonly ManifestLink[]): Promise<void>;
  /** What was given so far, as who starts the dispatch would load it; `undefined` when it was too large to be kept. */
  readonly graph: RegisteredGraph | undefined;
  /** Behind the last node. Gives how many nodes will take over their result. */
  takeOver(given: TakeOver): Promise<{ readonly reused: number }>;
  /**
   * Makes the dispatch visible, whole; `false` when another one has its idempotency key by now: then it stays invisible, and
   * wants to be aborted.
   *
   * @throws {CovalentError} `INVALID_MANIFEST` when there were fewer nodes or links than announced.
   */
  finish(): Promise<boolean>;
  /** Removes what was stored. */
  abort(): Promise<void>;
}

export interface DispatchFilter {
  readonly dispatchIds?: readonly string[];
  readonly statuses?: readonly string[];
  /** A part of the name, the id or a tag, in any case. */
  readonly search?: string;
  /** Leaves out those that sublattices run as. */
  readonly rootsOnly?: boolean;
}

export interface DispatchQuery extends DispatchFilter {
  /** Only the newest one. */
  readonly latest?: boolean;
  /** Newest first when absent. */
  readonly sort?: DispatchSort;
  readonly offset: number;
  readonly count: number;
}

/** What dispatches are listed by. Those that are equal in it come newest first. */
export const DISPATCH_SORTS = ["created", "started", "ended", "name", "status", "nodes", "duration"] as const;

export interface DispatchSort {
  readonly by: (typeof DISPATCH_SORTS)[number];
  readonly descending: boolean;
}

/** Up to `limit` nodes behind `after`. */
export interface PagePlace {
  readonly after: number;
  readonly limit: number;
}

export interface NodePage extends PagePlace {
  /** Gives small textual assets with their `content`. */
  readonly content?: boolean;
}

/** What a node is called and how it does. Times are ISO 8601. */
export interface NodeState {
  readonly id: number;
  readonly name: string;
  readonly type: NodeType;
  readonly status: Status;
  readonly executor: string;
  /** Of leptons: `python` or `shell`. */
  readonly language: string | null;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly reason: string | null;
  readonly sub_dispatch_id: string | null;
}

/** What tells whether two nodes did the same. */
export interface NodeDigests {
  readonly id: number;
  /** `null` where none is known. */
  readonly code: string | null;
  readonly output: string | null;
}

export interface LinkPage {
  readonly offset: number;
  readonly limit: number;
}

/** A row of a list. Times are ISO 8601 in UTC. */
export interface DispatchSummary {
  readonly dispatch_id: string;
  readonly root_dispatch_id: string;
  readonly name: string;
  /** As stored: old databases have statuses that are written no more. */
  readonly status: Status | (typeof LEGACY_STATUSES)[number];
  readonly reason: string | null;
  /** True for what the original left unfinished. It keeps its status, and is never resumed. */
  readonly interrupted: boolean;
  /** The dispatch that this one repeats. */
  readonly redispatch_of: string | null;
  /** Nothing new of it starts. */
  readonly paused: boolean;
  /** Somebody asked for its end, which has not come yet. */
  readonly cancel_requested: boolean;
  readonly electron_num: number;
  readonly completed_electron_num: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  /** `null` for what the original wrote. */
  readonly language: "typescript" | "python" | null;
  readonly tags: readonly string[];
  /** The number of the last event that this is not older than. */
  readonly sequence: number;
}

/** One try of a node. Times are milliseconds since the epoch. */
export interface AttemptRecord {
  readonly number: number;
  readonly token: string;
  readonly executor: string;
  readonly handle: unknown;
  /** `null` while it is under way. */
  readonly status: TerminalStatus | "RETURNED" | null;
  readonly placedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly failure: Failure | null;
  readonly stdout: AttemptLog | null;
  readonly stderr: AttemptLog | null;
}

/** What an attempt printed; the bytes are those of the digest. */
export interface AttemptLog {
  readonly digest: string;
  readonly size: number;
}
