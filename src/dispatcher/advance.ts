import { topologicalOrder } from "../graph/order.ts";
import type { CacheRecord, Change, NodeOutput, NodeStatusChange, RowId } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import { isReturned, isStructural } from "../model/node.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { Status } from "../model/status.ts";
import type { Reference } from "../model/template.ts";
import type { DispatchState } from "./dispatch-state.ts";
import { MissingStep, referenceTo, structuralOutput } from "./structural.ts";

/**
 * What follows from nodes that have ended: which structural nodes are complete with them, which functions are ready to run,
 * which descendants can never run, and whether the dispatch has ended. All of it is collected as changes for one commit; the
 * ready nodes may only be started after that commit.
 */
export class Advance {
  readonly changes: Change[] = [];
  /** Functions whose parents are all complete. */
  readonly ready: number[] = [];
  readonly #state: DispatchState;
  readonly #at: number;
  #endsDispatch = false;

  constructor(state: DispatchState, at: number) {
    this.#state = state;
    this.#at = at;
  }

  /** Looks at nodes without unfinished parents: at the start of a dispatch, or when it is recovered. */
  begin(): void {
    this.#restoreReferences();
    this.#takeOverResults();
    this.#endCutOff();
    // Found first: what becomes ready while these are opened is opened by them.
    const ready = this.#state.nodes.filter(
      ({ nodeId, retry }) => retry === null && this.#state.isReady(nodeId),
    );
    for (const node of ready) this.#open(node.nodeId);
    this.finishDispatch();
  }

  /** After a restart: in the order of the graph, so that no reference needs one that is not there yet. */
  #restoreReferences(): void {
    if (this.#state.stored.status === "STARTING") return;
    for (const id of topologicalOrder(this.#state.graph)) {
      if (this.#state.status(id) === "COMPLETED") referenceTo(this.#state, id);
    }
  }

  /**
   * Nodes of a redispatch whose results were there before it began are complete at once. They are many: if the process dies between
   * two commits, the rest of them still waits for this.
   */
  #takeOverResults(): void {
    for (const { nodeId, status } of this.#state.nodes) {
      if (status !== "PENDING_REUSE" || !this.#change(nodeId, "COMPLETED")) continue;
      referenceTo(this.#state, nodeId);
      this.#state.release(nodeId);
    }
  }

  /** After a restart: a long list of descendants is committed in parts, and the server may have died in between. */
  #endCutOff(): void {
    const { failed, cancelled, nodes } = this.#state;
    for (const id of [...failed]) this.#cancelDescendants(id, "failed");
    if (cancelled === 0) return;
    for (const { nodeId, status } of nodes) {
      if (status === "CANCELLED") this.#cancelDescendants(nodeId, "was cancelled");
    }
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

  /** Ends nodes, each for a reason of its own; those that have ended stay as they are. */
  cancelEach(ids: readonly number[], reasonOf: (id: number) => string | undefined): void {
    const ended = ids.filter((id) => this.#change(id, "CANCELLED", { reason: reasonOf(id) ?? "cancelled" }));
    for (const id of ended) this.#cancelDescendants(id, "was cancelled");
  }

  /** True when the end of the dispatch is among these changes: it has ended once they are committed, and no sooner. */
  get endsDispatch(): boolean {
    return this.#endsDispatch;
  }

  /** Ends the dispatch when none of its nodes is unfinished; asked again, by this advance or another one, it has ended. */
  finishDispatch(): void {
    const { stored, unfinished, failed, cancelled } = this.#state;
    if (unfinished > 0 || this.#state.isOver) return;
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
    const { name } = this.#state.node(ancestor);
    const open = [ancestor];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const child of this.#state.children(id)) {
        if (this.#change(child, "CANCELLED", { reason: `${name} (node ${ancestor}) ${what}` }))
          open.push(child);
      }
    }
  }

  #change(id: number, status: Status, details: Partial<NodeStatusChange> = {}): boolean {
    if (!this.#state.become(id, status)) return false;
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
    return true;
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
