/**
 * The attempts of all dispatches, from a node's turn in its lane to the commit of what came of it.
 *
 * It promises: an attempt is prepared only for a node that may still run; a handle is durable before the executor starts the
 * task; an outcome is accepted once for each token; and whatever an attempt came to is one commit, with what follows from it.
 */
import type { Journal } from "../database/journal.ts";
import type {
  AttemptObserver,
  AttemptSpec,
  Executor,
  ExecutorHealth,
  ProducedPayload,
} from "../executors/executor.ts";
import type { OpenAttempt, StoredNode } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import { newAttemptToken } from "../model/ids.ts";
import type { Logger } from "../model/logger.ts";
import type { PayloadRef } from "../model/payload.ts";
import { isTerminal } from "../model/status.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import { Advance } from "./advance.ts";
import { attemptSpec, NotRunnable } from "./attempt-spec.ts";
import { executorFor, unknownExecutor } from "./executor-choice.ts";
import { HandedOver } from "./handed-over.ts";
import { Lane, type Prepare } from "./lane.ts";
import { type LimitedNode, type LimitSettings, Limits, NO_LIMITS } from "./limits.ts";
import type { Standing } from "./ready-queue.ts";
import { lookUp, needsKey } from "./result-cache.ts";
import { type EndedAttempt, settle } from "./settle.ts";

export interface AttemptsParts {
  readonly journal: Journal;
  /** By name. */
  readonly executors: ReadonlyMap<string, Executor>;
  readonly logger: Logger;
  readonly limits?: LimitSettings;
}

/** What attempts need of the dispatcher. */
export interface AttemptsHost {
  /** False once the dispatch has ended or rests: nothing more is said of it then. */
  holds(active: ActiveDispatch): boolean;
  /** True while nothing new of it may start. */
  isPaused(active: ActiveDispatch): boolean;
  priorityOf(active: ActiveDispatch): number;
  /** How many sublattices with a place of their own it is within. */
  levelOf(active: ActiveDispatch): number;
  /** Commits what follows from an attempt, then enqueues what is ready. */
  commit(active: ActiveDispatch, advance: Advance): Promise<void>;
  /** What is in memory may be ahead of the database: the dispatch rests. */
  broken(active: ActiveDispatch, error: unknown): void;
  store(payload: ProducedPayload): Promise<PayloadRef>;
  /** Registers the dispatch that a sublattice's attempt has built; gives the attempt as it counts. */
  registered(ended: EndedAttempt): Promise<EndedAttempt>;
  /** The end of a sublattice's attempt is committed: its dispatch may start. Resolves when the node may have another attempt. */
  begin(active: ActiveDispatch, node: StoredNode): Promise<void>;
}

/** Nodes that are put into their lines in one turn of the event loop. */
const ENQUEUED_AT_ONCE = 5_000;
/** After this time something that failed for no reason of its own is tried again. */
const RETRY_MS = 1_000;

export class Attempts {
  readonly #journal: Journal;
  readonly #logger: Logger;
  readonly #host: AttemptsHost;
  readonly #lanes: ReadonlyMap<string, Lane<ActiveDispatch>>;
  readonly #limits: Limits;
  readonly #handedOver: HandedOver;
  /** Those of an earlier server on their way to their executors. */
  readonly #attaching: Promise<void>[] = [];

  constructor({ journal, executors, logger, limits = NO_LIMITS }: AttemptsParts, host: AttemptsHost) {
    this.#journal = journal;
    this.#logger = logger;
    this.#host = host;
    this.#limits = new Limits(limits, () => this.#pump());
    const prepare: Prepare<ActiveDispatch> = (active, node, lane) => this.#prepare(active, node, lane);
    this.#handedOver = new HandedOver(journal, logger, {
      holds: (active) => host.holds(active),
      broken: (active, error) => host.broken(active, error),
      record: (ended) => this.#record(ended),
    });
    const observer: AttemptObserver = {
      placed: (token, handle) => this.#handedOver.placed(token, handle),
      ended: (token, outcome) => this.#handedOver.ended(token, outcome),
    };
    this.#lanes = new Map(
      [...executors].map(([name, executor]) => [name, new Lane(executor, prepare, observer, logger)]),
    );
  }

  health(): Record<string, ExecutorHealth> {
    return Object.fromEntries([...this.#lanes].map(([name, lane]) => [name, lane.health()]));
  }

  /** Hands over nothing more, and resolves when what the executors have has ended. */
  async drain(): Promise<void> {
    for (const lane of this.#lanes.values()) lane.rest();
    await this.#handedOver.drained();
  }

  async close(): Promise<void> {
    this.#handedOver.close();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }

  /** Nodes whose parents are complete wait for their turn. */
  enqueue(active: ActiveDispatch, nodes: readonly number[]): void {
    this.#enqueueSome(active, nodes.slice(0, ENQUEUED_AT_ONCE));
    const others = nodes.slice(ENQUEUED_AT_ONCE);
    // What happens to these meanwhile is looked at when their turn comes.
    if (others.length > 0) setImmediate(() => this.enqueue(active, others));
  }

  #enqueueSome(active: ActiveDispatch, nodes: readonly number[]): void {
    const byLane = Map.groupBy(nodes, (id) => this.#laneOf(active, id));
    for (const [lane, ids] of byLane) {
      if (lane !== undefined) {
        lane.add(active, ids, (id) => this.#standingOf(active, id));
        continue;
      }
      const { language } = active.state.stored;
      for (const id of ids) this.#failLater(active, id, unknownExecutor(language, active.state.node(id)));
    }
  }

  #laneOf({ state }: ActiveDispatch, id: number): Lane<ActiveDispatch> | undefined {
    return this.#lanes.get(executorFor(state.stored.language, state.node(id)) ?? "");
  }

  #standingOf(active: ActiveDispatch, id: number): Standing {
    const node = active.state.node(id);
    return {
      priority: this.#host.priorityOf(active) + (node.options.priority ?? 0),
      gate: this.#limits.gateOf(this.#limited(active, node)),
    };
  }

  #limited(active: ActiveDispatch, node: StoredNode): LimitedNode {
    const { projectRoot } = active.state.stored;
    return { node, projectRoot, level: node.type === "sublattice" ? this.#host.levelOf(active) : 0 };
  }

  /** The dispatch of a sublattice runs, or is about to. */
  takePlace(active: ActiveDispatch, node: StoredNode): void {
    active.takePlace(node.nodeId, this.#limits.placeOf(this.#limited(active, node)));
  }

  /** While it is held, nothing that has a limit starts: what runs is still being taken up. */
  holdLimits(held: boolean): void {
    this.#limits.held = held;
    if (!held) this.#pump();
  }

  #pump(): void {
    for (const lane of this.#lanes.values()) lane.pump();
  }

  /** Enqueues nodes whose executor starts nothing before its place is durable; gives the others, and those behind the first thousands. */
  enqueuePlaceable(active: ActiveDispatch, nodes: readonly number[]): readonly number[] {
    if (nodes.length === 0) return nodes;
    const { placeable = [], others = [] } = Object.groupBy(nodes.slice(0, ENQUEUED_AT_ONCE), (id) =>
      this.#waitsForItsPlace(active, id) ? "placeable" : "others",
    );
    this.enqueue(active, placeable);
    return others.concat(nodes.slice(ENQUEUED_AT_ONCE));
  }

  #waitsForItsPlace(active: ActiveDispatch, id: number): boolean {
    return this.#laneOf(active, id)?.executor.startsOncePlaced === true;
  }

  /** Takes up an attempt that is under way: one of an earlier server, or of this one's when the dispatch has rested. */
  attach(active: ActiveDispatch, node: StoredNode, open: OpenAttempt): void {
    if (this.#handedOver.adopt(open.token, active, node)) return;
    const lane = this.#lanes.get(open.executor);
    if (lane === undefined) this.#failLater(active, node.nodeId, unknownExecutor("typescript", open));
    else {
      // Before anything is awaited: its place is taken.
      lane.occupy(open.token, this.#standingOf(active, node.nodeId).gate);
      const attached = this.#attach(active, node, open, lane).catch((error) => {
        this.#host.broken(active, error);
        lane.ended(open.token);
      });
      this.#attaching.push(attached);
    }
  }

  /** Lets go attempts of a dispatch that it does not know of any more: it was taken up again, or ended for good (`undefined`). */
  forget(dispatchId: string, active: ActiveDispatch | undefined): void {
    this.#handedOver.forget(dispatchId, active);
  }

  /** Resolves when what was to be attached so far is, or has made its dispatch rest. */
  async attached(): Promise<void> {
    await Promise.all(this.#attaching.splice(0));
  }

  /** Nobody wants more of what an earlier server left. */
  attachedAll(): void {
    for (const lane of this.#lanes.values()) lane.executor.attachedAll?.();
  }

  async #attach(
    active: ActiveDispatch,
    node: StoredNode,
    open: OpenAttempt,
    lane: Lane<ActiveDispatch>,
  ): Promise<void> {
    const spec = await attemptSpec(active.state, node, open, this.#journal);
    this.#handedOver.add(open.token, { active, node, number: open.number, lane, isPlaced: true });
    lane.attach(spec, open.handle);
    if (active.stopReason(node.nodeId) !== undefined) lane.executor.cancel([open.token]);
  }

  /** Asks executors to end attempts. Each ends through its outcome, and only then is it certain that it no longer runs. */
  cancel(tokens: readonly string[]): void {
    this.#handedOver.cancel(tokens);
  }

  async #prepare(
    active: ActiveDispatch,
    id: number,
    lane: Lane<ActiveDispatch>,
  ): Promise<AttemptSpec | undefined> {
    if (!this.#mayBegin(active, id)) return undefined;
    const node = active.state.node(id);
    try {
      if (node.options.cache !== undefined && (await this.#takeCached(active, node))) return undefined;
      const attempt = {
        number: ++active.tally(node).last,
        token: newAttemptToken(),
        asksForKey: needsKey(active, node),
      };
      active.underWay.set(id, attempt.token);
      const spec = await attemptSpec(active.state, node, attempt, this.#journal);
      if (active.stopReason(id) !== undefined) {
        await this.#endStopped(active, id);
        return undefined;
      }
      this.#handedOver.add(attempt.token, { active, node, number: attempt.number, lane, isPlaced: false });
      return spec;
    } catch (error) {
      active.underWay.delete(id);
      if (error instanceof NotRunnable) {
        await this.#fail(active, id, { kind: "executor", name: error.name, message: error.message });
      } else this.#prepareLater(active, id, error);
      return undefined;
    }
  }

  /** Completes a node with a cached result, if there is one; true when it needs no attempt, for that or because it was stopped. */
  async #takeCached(active: ActiveDispatch, node: StoredNode): Promise<boolean> {
    const id = node.nodeId;
    active.underWay.set(id, undefined);
    const cached = await lookUp(active, node, this.#journal);
    active.underWay.delete(id);
    if (active.stopReason(id) !== undefined) {
      await this.#endStopped(active, id);
      return true;
    }
    if (cached === undefined) return false;
    const { dispatchId, nodeId, output } = cached.found;
    const advance = new Advance(active.state, Date.now());
    advance.complete(id, output, {
      cache: { ...cached.question, hit: { dispatchId, nodeId } },
      reason: `taken from the cache: node ${nodeId} of dispatch ${dispatchId}`,
    });
    advance.finishDispatch();
    // Not waited for: the next node is looked for meanwhile, and one commit does for many.
    this.#host.commit(active, advance).catch((error) => this.#host.broken(active, error));
    return true;
  }

  /** Much may have happened while the node waited for its turn. */
  #mayBegin(active: ActiveDispatch, id: number): boolean {
    if (!this.#host.holds(active) || isTerminal(active.state.status(id))) return false;
    if (active.stopReason(id) !== undefined) {
      this.#endStopped(active, id).catch((error) => this.#host.broken(active, error));
      return false;
    }
    if (!this.#host.isPaused(active)) return true;
    active.heldBack.push(id);
    return false;
  }

  /** What is needed could not be read now: the node waits a moment, as if it had become ready then. */
  #prepareLater(active: ActiveDispatch, id: number, error: unknown): void {
    this.#logger.warn({ dispatchId: active.id, nodeId: id, err: error }, "an attempt waits for the database");
    setTimeout(() => this.enqueue(active, [id]), RETRY_MS).unref();
  }

  async #record(told: EndedAttempt): Promise<void> {
    const { active, node } = told;
    const ended = node.type === "sublattice" ? await this.#host.registered(told) : told;
    const { advance, againAfterMs } = await settle(ended, (payload) => this.#host.store(payload));
    // Before the attempt leaves its gate: nobody else gets the place in between.
    if (active.state.status(node.nodeId) === "DISPATCHING") this.takePlace(active, node);
    await this.#host.commit(active, advance);
    if (node.type === "sublattice") await this.#host.begin(active, node);
    if (againAfterMs !== undefined) this.enqueueAfter(active, node.nodeId, againAfterMs);
  }

  /** The node has another attempt after so many milliseconds; they are gone at once when it was asked to end meanwhile. */
  enqueueAfter(active: ActiveDispatch, id: number, ms: number): void {
    if (ms === 0 || active.stopReason(id) !== undefined) this.enqueue(active, [id]);
    else active.wait(id, ms, () => this.enqueue(active, [id]));
  }

  async #endStopped(active: ActiveDispatch, id: number): Promise<void> {
    active.underWay.delete(id);
    const advance = new Advance(active.state, Date.now());
    advance.cancelEach([id], (each) => active.stopReason(each));
    advance.finishDispatch();
    await this.#host.commit(active, advance);
  }

  #failLater(active: ActiveDispatch, id: number, failure: Failure): void {
    this.#fail(active, id, failure).catch((error) => this.#host.broken(active, error));
  }

  async #fail(active: ActiveDispatch, id: number, failure: Failure): Promise<void> {
    const advance = new Advance(active.state, Date.now());
    advance.fail(id, failure);
    advance.finishDispatch();
    await this.#host.commit(active, advance);
  }
}
