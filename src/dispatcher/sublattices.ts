/**
 * Sublattices: nodes that become dispatches of their own.
 *
 * An attempt of such a node traces the lattice; its output is a manifest. The sub-dispatch is registered, under an id that follows
 * from the attempt's token, then the node's DISPATCHING is committed with the attempt's end, then the sub-dispatch is started.
 * When it has ended, the node takes over its result, its failure or its cancellation. If the process dies in between: before the
 * commit, the attempt tells its outcome again and finds the sub-dispatch registered; after it, {@link Sublattices.resume} looks how
 * far the sub-dispatch is, and does what is missing.
 */
import type { Journal } from "../database/journal.ts";
import type { RegisteredGraph, RowId, StoredNode, SubDispatchState } from "../model/change.ts";
import { isPassedDeadline } from "../model/deadline.ts";
import { CovalentError } from "../model/errors.ts";
import type { Failure } from "../model/failure.ts";
import { subDispatchId } from "../model/ids.ts";
import type { Logger } from "../model/logger.ts";
import { isTerminal } from "../model/status.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import type { ActiveDispatches } from "./active-dispatches.ts";
import { Advance } from "./advance.ts";
import { onceThereIsRoom } from "./patience.ts";
import { judge } from "./retry-policy.ts";
import { type EndedAttempt, planned } from "./settle.ts";
import { adoptResult } from "./sub-result.ts";
import type { SubDispatchRegistrar } from "./subdispatch-registrar.ts";

export interface SublatticesParts {
  readonly journal: Journal;
  readonly store: AssetStore;
  readonly subDispatches: SubDispatchRegistrar;
  readonly logger: Logger;
}

/** What sublattices need of the dispatcher. */
export interface SublatticesHost {
  readonly active: ActiveDispatches;
  start(dispatchId: string, registered?: RegisteredGraph): Promise<void>;
  commit(active: ActiveDispatch, advance: Advance): Promise<void>;
  /** The node has another attempt, after so many milliseconds. */
  again(active: ActiveDispatch, nodeId: number, afterMs: number): void;
  broken(active: ActiveDispatch, error: unknown): void;
  /** The server stops: what has not been started is found by the next one. */
  isClosing(): boolean;
}

/** What a manifest may be refused for: the lattice is to blame, and would make the same one again. */
const REFUSALS: ReadonlySet<string> = new Set([
  "INVALID_MANIFEST",
  "GRAPH_CYCLE",
  "ASSET_CORRUPT",
  "REQUEST_TOO_LARGE",
  "INVALID_ARGUMENT",
]);

export class Sublattices {
  readonly #parts: SublatticesParts;
  readonly #host: SublatticesHost;

  constructor(parts: SublatticesParts, host: SublatticesHost) {
    this.#parts = parts;
    this.#host = host;
  }

  /** Registers what a sublattice's attempt has built. Gives the attempt as it counts: it failed when that is no dispatch. */
  async register(ended: EndedAttempt): Promise<EndedAttempt> {
    const { active, node, token, outcome } = ended;
    // Empty: the task has registered the dispatch itself.
    if (outcome.status === "completed" && outcome.output.size === 0) return this.#linked(ended);
    // Asked to end while it was built, it will never be a dispatch.
    if (outcome.status !== "completed" || active.stopReason(node.nodeId) !== undefined) return ended;
    const { rootDispatchId, tags, priority } = active.state.stored;
    const dispatchId = subDispatchId(token);
    const { timeout_ms: timeoutMs } = node.options;
    const parent = { node: node.row, rootDispatchId, tags, priority, timeoutMs };
    const register = () =>
      this.#parts.subDispatches.register({ dispatchId, manifest: outcome.output, parent });
    try {
      const graph = await onceThereIsRoom(register, `dispatch ${dispatchId}`, this.#parts.logger);
      if (graph !== undefined) active.unbegun.set(dispatchId, graph);
      active.subDispatches.set(node.nodeId, dispatchId);
      return ended;
    } catch (error) {
      if (!(error instanceof CovalentError && REFUSALS.has(error.code))) throw error;
      const failure: Failure = { kind: "output", name: error.name, message: error.message };
      return { ...ended, outcome: { ...outcome, status: "failed", failure } };
    }
  }

  /** The Python SDK registers the dispatch while its task runs, and links it itself. */
  async #linked(ended: EndedAttempt): Promise<EndedAttempt> {
    const { active, node, outcome } = ended;
    const linked = await this.#parts.journal.linkedDispatch(node.row);
    if (linked !== undefined) {
      active.subDispatches.set(node.nodeId, linked);
      return ended;
    }
    if (outcome.status !== "completed") return ended;
    const message = "the task that builds it has ended, and has linked no dispatch to it";
    const failure: Failure = { kind: "output", name: "NotLinked", message };
    return { ...ended, outcome: { ...outcome, status: "failed", failure } };
  }

  /**
   * An attempt's end is committed: starts the dispatch of a node that is DISPATCHING by now. Else the attempt has failed, or was asked
   * to end: what it has registered all the same is cancelled. It resolves when the node may have another attempt.
   */
  async begin(active: ActiveDispatch, node: StoredNode): Promise<void> {
    if (active.state.status(node.nodeId) === "DISPATCHING") return this.#look(active, node);
    active.unbegun.delete(active.subDispatches.get(node.nodeId) ?? "");
    await this.#forgetUnbegun(node.row);
  }

  /**
   * Ends what tasks have registered for this node, or for any that has ended, and nobody starts. If the process dies before that, the
   * node's next attempt does it, or the next start of the server.
   */
  async #forgetUnbegun(node?: RowId): Promise<void> {
    const { journal, logger } = this.#parts;
    try {
      for (const dispatchId of await journal.unbegun(node))
        await journal.cancelUnstarted(
          dispatchId,
          Date.now(),
          "the node that it was built for went on without it",
        );
    } catch (error) {
      logger.warn({ err: error }, "dispatches that nobody starts stay behind until the next start");
    }
  }

  /** Once, when every dispatch in flight is taken up or ended. */
  recover(): Promise<void> {
    return this.#forgetUnbegun();
  }

  /** A dispatch has ended: the node that it is goes on. */
  ended(sub: ActiveDispatch): void {
    const { parent } = sub.state.stored;
    const active = this.#host.active.parentOf(sub);
    if (parent === null || active?.subDispatches.get(parent.nodeId) !== sub.id) return;
    this.#look(active, active.state.node(parent.nodeId));
  }

  /** A dispatch has ended that was not under way: nobody else tells the node that it is. */
  endedUnseen(dispatchId: string): void {
    for (const active of this.#host.active) {
      for (const [nodeId, sub] of active.subDispatches)
        if (sub === dispatchId) this.#look(active, active.state.node(nodeId));
    }
  }

  /** After a restart, once every dispatch in flight is taken up or ended: looks how far those of this one's nodes are. */
  resume(active: ActiveDispatch): void {
    for (const node of active.state.nodes) {
      const rests = node.open === null && node.retry === null;
      if (node.status === "DISPATCHING" && rests) this.#look(active, node);
    }
  }

  #look(active: ActiveDispatch, node: StoredNode): void {
    this.#follow(active, node).catch((error) => this.#host.broken(active, error));
  }

  async #follow(active: ActiveDispatch, node: StoredNode): Promise<void> {
    const dispatchId = active.subDispatches.get(node.nodeId);
    // It failed, and the node has another attempt.
    if (dispatchId === undefined) return this.#host.again(active, node.nodeId, 0);
    const sub = await this.#parts.journal.subDispatch(dispatchId);
    if (sub?.status === "NEW_OBJECT") return this.#start(active, node, dispatchId);
    if (sub?.status === "STARTING" || sub?.status === "RUNNING") return;
    await this.#takeOver(active, node, sub ?? gone(dispatchId));
  }

  async #start(active: ActiveDispatch, node: StoredNode, dispatchId: string): Promise<void> {
    const registered = active.unbegun.get(dispatchId);
    active.unbegun.delete(dispatchId);
    let reason: unknown;
    try {
      await this.#host.start(dispatchId, registered);
    } catch (error) {
      if (this.#host.isClosing()) return;
      reason = error;
    }
    if (this.#host.active.get(dispatchId) !== undefined) return;
    // It has ended already: cancelled before it was started, say, or it could not be taken up.
    const sub = await this.#parts.journal.subDispatch(dispatchId);
    if (sub !== undefined && isTerminal(sub.status)) return this.#takeOver(active, node, sub);
    if (reason !== undefined) throw reason;
  }

  /** The node ends as its dispatch has ended. */
  async #takeOver(active: ActiveDispatch, node: StoredNode, sub: SubDispatchState): Promise<void> {
    const { nodeId } = node;
    const { result } = sub;
    const reference =
      result === null ? undefined : await adoptResult(active.state, result.payload, this.#parts);
    // Both of two that look at the same time come here: the first one counts.
    const isOver =
      active.state.status(nodeId) !== "DISPATCHING" || active.subDispatches.get(nodeId) !== sub.dispatchId;
    if (isOver || !this.#host.active.holds(active)) return;
    const at = Date.now();
    const advance = new Advance(active.state, at);
    let againAfterMs: number | undefined;
    if (sub.status === "COMPLETED" && result !== null && reference !== undefined)
      advance.completeAs(nodeId, { sameAs: result.node }, reference);
    else if (sub.status === "CANCELLED")
      advance.cancel(nodeId, active.stopReason(nodeId) ?? `its dispatch ${sub.dispatchId} was cancelled`);
    else againAfterMs = this.#failed(active, node, failureOf(sub), advance, at);
    advance.finishDispatch();
    await this.#host.commit(active, advance);
    active.leavePlace(nodeId);
    if (againAfterMs !== undefined) this.#host.again(active, nodeId, againAfterMs);
  }

  /** The dispatch of a node has failed, and with it the attempt that built it: the wait for the next one, if there is one. */
  #failed(
    active: ActiveDispatch,
    node: StoredNode,
    failure: Failure,
    advance: Advance,
    at: number,
  ): number | undefined {
    const tally = active.tally(node);
    const stopped = active.stopReason(node.nodeId);
    const verdict = judge(tally, failure, node.options);
    const again = verdict.again && stopped === undefined;
    const of = { dispatch: active.state.stored.row, node: node.row, number: tally.last };
    advance.changes.push({ kind: "sub-dispatch-failed", ...of, at, failure, again });
    if (!again) {
      if (stopped === undefined) advance.fail(node.nodeId, failure);
      else advance.cancel(node.nodeId, stopped);
      return undefined;
    }
    active.subDispatches.delete(node.nodeId);
    return planned(advance, { active, node }, verdict.delayMs, at);
  }
}

function failureOf({ dispatchId, reason }: SubDispatchState): Failure {
  const message = `its dispatch ${dispatchId} failed: ${reason ?? "nobody knows why"}`;
  // Its deadline is the node's timeout, or one that its lattice has.
  if (isPassedDeadline(reason)) return { kind: "timeout", name: "Timeout", message };
  return { kind: "user-error", name: "SublatticeFailed", message };
}

/** Only somebody who removes rows by hand can be the reason. */
function gone(dispatchId: string): SubDispatchState {
  return { dispatchId, status: "FAILED", reason: "it is not in the database any more", result: null };
}
