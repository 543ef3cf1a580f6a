import type { RegisteredGraph, StoredDispatch, StoredNode } from "../model/change.ts";
import { isTerminal } from "../model/status.ts";
import { setAlarm } from "./alarm.ts";
import { type AttemptTally, tallyOf } from "./attempt-tally.ts";
import { DispatchState } from "./dispatch-state.ts";
import { eachOf, type Piecemeal } from "./piecemeal.ts";
import type { Turnstile } from "./ready-queue.ts";

/** Why a node whose end somebody asked for is CANCELLED. */
export const ASKED = "cancelled on request";

/** A dispatch that is under way, with the attempts that its nodes have had and what people have asked of it. */
export class ActiveDispatch {
  readonly state: DispatchState;
  /** Nodes with an attempt that is prepared, runs or is being settled; the token once it has one. Nobody else ends them. */
  readonly underWay = new Map<number, string | undefined>();
  /** The dispatches of sublattice nodes, by node id. */
  readonly subDispatches = new Map<number, string>();
  /** The graphs of those that are registered and have yet to be started, by dispatch id. */
  readonly unbegun = new Map<string, RegisteredGraph>();
  /** What the authors of cached electrons make of their arguments, by node id. */
  readonly cacheKeys = new Map<number, string>();
  /** Nothing new of it starts. */
  paused: boolean;
  /** Nodes that had their turn while it was paused. */
  heldBack: number[] = [];
  /** The end of what commits its changes in parts; see Commits. */
  turn: Promise<void> | undefined;
  /** The places that sublattices run in, by node id. */
  readonly #places = new Map<number, Turnstile>();
  readonly #tallies = new Map<number, AttemptTally>();
  /** Nodes whose row says that they wait for their next attempt; what calls the wait off while it lasts. */
  readonly #waits = new Map<number, () => void>();
  readonly #stoppedNodes = new Set<number>();
  #stopped: string | undefined;
  #callOffDeadline: (() => void) | undefined;

  private constructor(state: DispatchState) {
    this.state = state;
    this.paused = state.stored.paused;
    if (state.stored.cancelRequested) this.stop(ASKED);
  }

  static *of(stored: StoredDispatch): Piecemeal<ActiveDispatch> {
    const active = new ActiveDispatch(yield* DispatchState.of(stored));
    yield* eachOf(stored.nodes, (node) => active.#takeUp(node));
    return active;
  }

  #takeUp({ nodeId, cancelRequested, retry, open, status, subDispatchId }: StoredNode): void {
    if (cancelRequested) this.#stoppedNodes.add(nodeId);
    if (retry !== null) this.#waits.set(nodeId, ignore);
    if (open !== null && !isTerminal(status)) this.underWay.set(nodeId, open.token);
    if (subDispatchId !== null) this.subDispatches.set(nodeId, subDispatchId);
  }

  get id(): string {
    return this.state.stored.dispatchId;
  }

  tally(node: StoredNode): AttemptTally {
    const known = this.#tallies.get(node.nodeId);
    if (known !== undefined) return known;
    const tally = tallyOf(node);
    this.#tallies.set(node.nodeId, tally);
    return tally;
  }

  /** Nothing of it goes on any more: the first reason counts. */
  stop(reason: string): void {
    this.#stopped ??= reason;
    if (this.#stopped === ASKED) this.state.cancelReason = ASKED;
  }

  stopNode(id: number): void {
    this.#stoppedNodes.add(id);
  }

  /** True when all of it is to end. */
  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Why this node must not go on; `undefined` when it may. */
  stopReason(id: number): string | undefined {
    return this.#stopped ?? (this.#stoppedNodes.has(id) ? ASKED : undefined);
  }

  /** Nodes that somebody asked to end on their own. */
  get stoppedNodes(): ReadonlySet<number> {
    return this.#stoppedNodes;
  }

  /** A sublattice runs, and takes up its place until {@link leavePlace}. */
  takePlace(id: number, place: Turnstile | undefined): void {
    if (place === undefined || this.#places.has(id)) return;
    this.#places.set(id, place);
    place.enter();
  }

  hasPlace(id: number): boolean {
    return this.#places.has(id);
  }

  leavePlace(id: number): void {
    const place = this.#places.get(id);
    this.#places.delete(id);
    place?.leave();
  }

  /** It has ended or rests. */
  leavePlaces(): void {
    for (const id of [...this.#places.keys()]) this.leavePlace(id);
  }

  /** The node waits for its next attempt. */
  wait(id: number, ms: number, ring: () => void): void {
    this.#waits.get(id)?.();
    this.#waits.set(id, setAlarm(ms, ring));
  }

  /** The node no longer waits; true when its row says that it does. */
  endWait(id: number): boolean {
    if (this.#waits.size === 0) return false;
    this.#waits.get(id)?.();
    return this.#waits.delete(id);
  }

  setDeadline(ms: number, ring: () => void): void {
    this.#callOffDeadline = setAlarm(ms, ring);
  }

  /** Nobody has taken a turn since. */
  endTurn(turn: Promise<void>): void {
    if (this.turn === turn) this.turn = undefined;
  }

  /** It has ended or rests: nothing rings any more. */
  dispose(): void {
    this.#callOffDeadline?.();
    for (const callOff of this.#waits.values()) callOff();
  }
}

function ignore(): void {}
