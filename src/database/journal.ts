import type { Change, RegisteredGraph, RowId, StoredDispatch, SubDispatchState } from "../model/change.ts";
import type { StatusEvent } from "../model/event.ts";
import type { PayloadRef } from "../model/payload.ts";

/**
 * What the dispatcher needs of the database, and all it knows of it.
 *
 * One writer groups the changes of all dispatches into transactions. `commit` resolves when its changes are in the database
 * (under durability "power": on the disk); changes given in one call are committed together, and calls are committed in the
 * order in which they were made. Each status change gets an event with the next sequence number, written in the same
 * transaction and published after it.
 */
export interface Journal {
  /**
   * A dispatch with its whole graph. `undefined` when it does not exist or its registration was never finished. Once a change of a
   * dispatch was refused, all later ones are, until it is loaded again: what its holder believes is not what is stored.
   *
   * @param registered its graph, where it has just been registered and the caller has it: then it need not be read
   */
  load(dispatchId: string, registered?: RegisteredGraph): Promise<StoredDispatch | undefined>;
  /** Ids of the dispatches that were started and have not ended, oldest first. Those of the original are never among them. */
  inFlight(): Promise<readonly string[]>;
  /**
   * NEW_OBJECT -> STARTING in one statement: true for exactly one of any number of callers.
   */
  claimStart(dispatchId: string, at: number): Promise<boolean>;
  /** Ends a registered dispatch that was never started: it and its nodes are CANCELLED. False when it is not one. */
  cancelUnstarted(dispatchId: string, at: number, reason: string): Promise<boolean>;
  /** All changes of one call are of one dispatch. */
  commit(changes: readonly Change[]): Promise<void>;
  /** Resolves when all that was asked for so far is committed or refused. */
  settled(): Promise<void>;
  /** Ends a dispatch that cannot go on: it is FAILED with the reason, and its nodes that have not ended are CANCELLED. */
  abandon(dispatchId: string, at: number, reason: string): Promise<void>;
  /** How far the dispatch of a sublattice is; `undefined` when there is none with that id. */
  subDispatch(dispatchId: string): Promise<SubDispatchState | undefined>;
  /** The dispatch that a sublattice's node is linked to: with pickled nodes that is the SDK's doing. */
  linkedDispatch(node: RowId): Promise<string | undefined>;
  /**
   * Dispatches that tasks have built for nodes and that were never begun: the one of this node, or without one those of all nodes
   * that have ended. Nobody will start them.
   */
  unbegun(node?: RowId): Promise<readonly string[]>;
  /** A cached result that has not expired. */
  cached(key: string, at: number): Promise<CachedResult | undefined>;
  /** The bytes of payloads that live in the database, by digest; absent for those in the asset store. */
  inlineContent(digests: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** A result that an earlier node left in the cache. */
export interface CachedResult {
  readonly output: PayloadRef;
  readonly dispatchId: string;
  readonly nodeId: number;
}

/** The change of status as events, for those who watch. */
export interface EventLog {
  /** The sequence number of the last committed event; 0 when there is none. */
  readonly latest: number;
  /** The oldest sequence number still stored, `latest + 1` when none is. */
  oldest(): Promise<number>;
  /** Up to `limit` events behind `after`, in order. */
  since(after: number, limit: number): Promise<readonly StatusEvent[]>;
  /** Called after each commit with its events, in order. Returns what ends the subscription. */
  subscribe(listener: (events: readonly StatusEvent[]) => void): () => void;
}
