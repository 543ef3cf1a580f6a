import { topologicalOrder } from "../graph/order.ts";
import type { CacheRecord, Change, NodeOutput, NodeStatusChange, RowId } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import { isReturned, isStructural } from "../model/node.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { Status } from "../model/status.ts";
import type { Reference } from "../model/template.ts";
import type { DispatchState } from "./dispatch-state.ts";
import { eachOf, type Piecemeal } from "./piecemeal.ts";
import { MissingStep, referenceTo, structuralOutput } from "./structural.ts";

/** Cancelled nodes in one commit: about 10 ms on the event loop. */
const CANCELLED_AT_ONCE = 900;

interface Cancelled {
  readonly ids: readonly number[];
  readonly reasonOf: (id: number) => string;
  /** How many of them are among the changes, of this commit or an earlier one. */
  told: number;
}

/**
 * What follows from nodes that have ended: which structural nodes are complete with them, which functions are ready to run,
 * which descendants can never run, and whether the dispatch has ended. All of it is collected as changes for one commit, but for
 * very many descendants, which further commits follow for ({@link goOn}); the ready nodes may only be started after that commit.
 */
export class Advance {
  changes: Change[] = [];
  /** Functions whose parents are all complete. */
  ready: number[] = [];
  readonly #state: DispatchState;
  readonly #at: number;
  #endsDispatch = false;
  /** Nodes that are CANCELLED, and of which this has yet to be said. */
  readonly #untold: Cancelled[] = [];
  #room = CANCELLED_AT_ONCE;

  constructor(state: DispatchState, at: number) {
    this.#state = state;
    this.#at = at;
  }

  /** Looks at nodes without unfinished parents: at the start of a dispatch, or when it is recovered. */
  *begin(): Piecemeal {
    yield* this.#restoreReferences();
    yield* this.#takeOverResults();
    yield* this.#endCutOff();
    // Found first: what becomes ready while these are opened is opened by them.
    const ready: number[] = [];
    yield* eachOf(this.#state.nodes, ({ nodeId, retry }) => {
      if (retry === null && this.#state.isReady(nodeId)) ready.push(nodeId);
    });
    yield* eachOf(ready, (id) => this.#open(id));
    this.finishDispatch();
  }

  /** After a restart: in the order of the graph, so that no reference needs one that is not there yet. */
  *#restoreReferences(): Piecemeal {
    if (this.#state.stored.status === "STARTING") return;
    yield* eachOf([...topologicalOrder(this.#state.graph)], (id) => {
      if (this.#state.status(id) === "COMPLETED") referenceTo(this.#state, id);
    });
  }

  /**
   * Nodes of a redispatch whose results were there before it began are complete at once. They are many: if the process dies between
   * two commits, the rest of them still waits for this.
   */
  *#takeOverResults(): Piecemeal {
    yield* eachOf(this.#state.nodes, ({ nodeId, status }) => {
      if (status !== "PENDING_REUSE" || !this.#change(nodeId, "COMPLETED")) return;
      referenceTo(this.#state, nodeId);
      this.#state.release(nodeId);
    });
  }

  /** After a restart: a long list of descendants is committed in parts, and the server may have died in between. */
  *#endCutOff(): Piecemeal {
    const { failed, cancelled, nodes } = this.#state;
    yield* eachOf([...failed], (id) => this.#cancelDescendants(id, "failed"));
    if (cancelled === 0) return;
    yield* eachOf(nodes, ({ nodeId, status }) => {
      if (status === "CANCELLED") this.#cancelDescendants(nodeId, "was cancelled");
    });
  }

  complete(id: number, output: PayloadRef, ending: Ending = {}): void {
    this.#state.keep(output);
    this.completeAs(id, output, { ref: output.digest, size: output.size }, ending);
  }

  /** Completes a node whose children have its output by this reference. */
  completeAs(id: number, output: NodeOutput, reference: Reference, ending: Ending = {}): void {
    if (!this.#change(id, "COMPLETED", { output, ...ending })) return;
    this.#state.setReference(id, reference);
    for (const child of this.#state.release(id)) this.#open(child);
  }

  /** A sublattice has become a dispatch of its own; it may have been one before, which failed. */
  dispatching(id: number, ending: Ending = {}): void {
    this.#change(id, "DISPATCHING", ending);
  }

  fail(id: number, failure: Failure, ending: Ending = {}): void {
    this.#change(id, "FAILED", { reason: `${failure.name}: ${failure.message}`, failure, ...ending });
    this.#cancelDescendants(id, "failed");
  }

  cancel(id: number, reason: string, ending: Ending = {}): void {
    this.#change(id, "CANCELLED", { reason, ...ending });
    this.#cancelDescendants(id, "was cancelled");
  }

  /** Ends nodes, each for a reason of its own, and what builds on them; those that have ended stay as they are. */
  cancelEach(ids: readonly number[], reasonOf: (id: number) => string | undefined): void {
    const ended = ids.filter((id) => this.#state.become(id, "CANCELLED"));
    this.#tell(ended, (id) => reasonOf(id) ?? "cancelled");
    for (const id of ended) this.#cancelDescendants(id, "was cancelled");
  }

  /**
   * To be asked when the changes so far are on their way to the database: true when there are more, which are to be committed next. If
   * the process dies in between, whoever takes the dispatch up finds what is missing.
   */
  goOn(): boolean {
    if (this.#untold.length === 0) return false;
    this.changes = [];
    this.ready = [];
    this.#room = CANCELLED_AT_ONCE;
    this.#tellRest();
    this.finishDispatch();
    return true;
  }

  /** True when the end of the dispatch is among these changes: it has ended once they are committed, and no sooner. */
  get endsDispatch(): boolean {
    return this.#endsDispatch;
  }

  /** Ends the dispatch when none of its nodes is unfinished; asked again, by this advance or another one, it has ended. */
  finishDispatch(): void {
    const { stored, unfinished, failed, cancelled } = this.#state;
    // What of it is CANCELLED is said first, by whoever cancelled it.
    if (unfinished > 0 || this.#state.untold > 0 || this.#state.isOver) return;
    this.#state.isOver = true;
    this.#endsDispatch = true;
    const change = {
      kind: "dispatch-status",
      dispatch: stored.row,
      dispatchId: stored.dispatchId,
      at: this.#at,
    } as const;
    const { overdue, cancelReason = "some of its nodes were cancelled" } = this.#state;
    if (overdue !== undefined) this.changes.push({ ...change, status: "FAILED", reason: overdue });
    else if (failed.length > 0)
      this.changes.push({ ...change, status: "FAILED", reason: this.#failedNodes() });
    else if (cancelled > 0) this.changes.push({ ...change, status: "CANCELLED", reason: cancelReason });
    else this.changes.push({ ...change, status: "COMPLETED", ...this.#result() });
  }

  /** A node whose parents are complete: a function waits for its executor, a structural node is complete at once. */
  #open(id: number): void {
    if (!isStructural(this.#state.node(id).type)) this.ready.push(id);
    else this.#completeStructural(id);
  }

  #completeStructural(first: number): void {
    const open = [first];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const ready = this.#settleStructural(id);
      for (const child of ready) {
        if (isStructural(this.#state.node(child).type)) open.push(child);
        else this.ready.push(child);
      }
    }
  }

  /** Completes one structural node, or fails it; its children that are ready now. */
  #settleStructural(id: number): number[] {
    const node = this.#state.node(id);
    try {
      const output = structuralOutput(this.#state, node);
      return this.#change(id, "COMPLETED", output && { output }) ? this.#state.release(id) : [];
    } catch (error) {
      if (!(error instanceof MissingStep)) throw error;
      this.fail(id, { kind: "input", name: error.name, message: error.message });
      return [];
    }
  }

  #cancelDescendants(ancestor: number, what: string): void {
    const ended: number[] = [];
    this.#state.cancelChildren(ancestor, ended);
    for (let at = 0; at < ended.length; at++) this.#state.cancelChildren(ended[at] ?? 0, ended);
    if (ended.length === 0) return;
    const reason = `${this.#state.node(ancestor).name} (node ${ancestor}) ${what}`;
    this.#tell(ended, () => reason);
  }

  #tell(ids: readonly number[], reasonOf: (id: number) => string): void {
    this.#untold.push({ ids, reasonOf, told: 0 });
    this.#state.untold += ids.length;
    this.#tellRest();
  }

  #tellRest(): void {
    for (let [next] = this.#untold; next !== undefined; [next] = this.#untold) {
      const { ids, reasonOf } = next;
      for (const id of ids.slice(next.told, next.told + this.#room)) {
        this.#say(id, "CANCELLED", { reason: reasonOf(id) });
        next.told += 1;
        this.#room -= 1;
        this.#state.untold -= 1;
      }
      if (next.told < ids.length) return;
      this.#untold.shift();
    }
  }

  #change(id: number, status: Status, details: Partial<NodeStatusChange> = {}): boolean {
    if (!this.#state.become(id, status)) return false;
    this.#say(id, status, details);
    return true;
  }

  #say(id: number, status: Status, details: Partial<NodeStatusChange>): void {
    const { row: dispatch, dispatchId } = this.#state.stored;
    const { row: node } = this.#state.node(id);
    this.changes.push({
      kind: "node-status",
      dispatch,
      dispatchId,
      node,
      nodeId: id,
      at: this.#at,
      ...details,
      status,
    });
  }

  /** The node that holds what the lattice returned. */
  #result(): { resultOf?: RowId } {
    const node = this.#state.nodes.findLast(isReturned);
    return node === undefined ? {} : { resultOf: node.row };
  }

  #failedNodes(): string {
    const { failed } = this.#state;
    const named = failed.slice(0, 10).map((id) => `${this.#state.node(id).name} (node ${id})`);
    const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : "";
    return `${failed.length === 1 ? "1 node" : `${failed.length} nodes`} failed: ${named.join(", ")}${more}`;
  }
}

/** What is known of how a node ended. */
export interface Ending {
  /** When its attempt really began. */
  readonly startedAt?: number;
  /** How the cache was asked, and what it answered. */
  readonly cache?: CacheRecord;
  readonly reason?: string;
}
