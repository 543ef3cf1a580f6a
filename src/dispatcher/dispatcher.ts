/**
 * Decides what runs next. It takes up a dispatch when it is started (or found unfinished at the start of the server), hands the
 * nodes that are ready to their executors, and turns every outcome into one commit: the node's end and output, whatever follows
 * for structural nodes and descendants, and the end of the dispatch. Children start after that commit, never before.
 *
 * It knows executors, storage and the database by contract alone. What it holds in memory can be lost at any instant: the
 * database has everything that was told to anyone, and `recover` goes on from there.
 */
import type { Journal } from "../database/journal.ts";
import type {
  AttemptObserver,
  AttemptSpec,
  Executor,
  ExecutorHealth,
  Outcome,
  ProducedPayload,
} from "../executors/executor.ts";
import type { Change, OpenAttempt, StoredNode } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import type { Failure } from "../model/failure.ts";
import { newAttemptToken } from "../model/ids.ts";
import type { Logger } from "../model/logger.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { ActiveDispatch } from "./active-dispatch.ts";
import { Advance } from "./advance.ts";
import { attemptSpec, NotRunnable } from "./attempt-spec.ts";
import { Lane, type Prepare } from "./lane.ts";
import { onceThereIsRoom } from "./patience.ts";
import { isKept, keepPayload } from "./produced.ts";
import { settle } from "./settle.ts";

export interface DispatcherParts {
  readonly journal: Journal;
  readonly store: AssetStore;
  /** By name. */
  readonly executors: ReadonlyMap<string, Executor>;
  readonly logger: Logger;
}

/** After this time something that failed for no reason of its own is tried again. */
const RETRY_MS = 1_000;

interface Running {
  readonly active: ActiveDispatch;
  readonly node: StoredNode;
  readonly number: number;
  readonly lane: Lane<ActiveDispatch>;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #lanes: ReadonlyMap<string, Lane<ActiveDispatch>>;
  readonly #active = new Map<string, ActiveDispatch>();
  readonly #running = new Map<string, Running>();
  readonly #observer: AttemptObserver = {
    placed: (token, handle) => this.#placed(token, handle),
    ended: (token, outcome) => this.#ended(token, outcome),
  };
  /** Resolves when the dispatches of the earlier server are taken up. */
  #recovery: Promise<void> = Promise.resolve();
  #recovered = false;
  #closing = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    const prepare: Prepare<ActiveDispatch> = (active, node, lane) => this.#prepare(active, node, lane);
    this.#lanes = new Map(
      [...parts.executors].map(([name, executor]) => [
        name,
        new Lane(executor, prepare, this.#observer, parts.logger),
      ]),
    );
  }

  /** Starts a registered dispatch. Starting it again, at any time and from anywhere, does nothing. */
  async start(dispatchId: string): Promise<void> {
    // Else one that is claimed while the unfinished ones are listed would be taken up twice.
    await this.#recovery;
    if (this.#closing) throw new CovalentError("SERVER_STOPPING");
    if (!(await this.#parts.journal.claimStart(dispatchId, Date.now()))) return;
    // If the process dies here, the dispatch is STARTING and `recover` takes it up.
    await this.#takeUp(dispatchId);
  }

  /** Takes up every dispatch that was under way when the last server ended. Called once, before anything is started. */
  recover(): Promise<void> {
    this.#recovery = this.#recoverAll();
    return this.#recovery;
  }

  async #recoverAll(): Promise<void> {
    for (const dispatchId of await this.#parts.journal.inFlight()) {
      this.#parts.logger.info({ dispatchId }, "taking up a dispatch of an earlier server");
      // One that cannot go on has been ended with the reason; the others do not wait for it.
      await this.#takeUp(dispatchId).catch(() => undefined);
    }
    this.#recovered = true;
  }

  /** Cancelling is a matter of the next version. */
  cancel(_dispatchId: string, _nodeIds?: readonly number[]): Promise<void> {
    return Promise.reject(
      new CovalentError("NOT_YET", {
        feature: "cancelling a dispatch",
        alternative: "Give its electrons a timeout.",
      }),
    );
  }

  health(): DispatcherHealth {
    const executors = Object.fromEntries([...this.#lanes].map(([name, lane]) => [name, lane.health()]));
    return { running: this.#recovered && !this.#closing, active: this.#active.size, executors };
  }

  /** Hands out no more work and lets the executors go. Nothing is cancelled: what runs is found again by the next server. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }

  async #takeUp(dispatchId: string): Promise<void> {
    try {
      const stored = await this.#parts.journal.load(dispatchId);
      if (stored === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
      const active = new ActiveDispatch(stored);
      this.#active.set(dispatchId, active);
      await this.#commit(active, beginning(active));
      this.#resume(active);
    } catch (error) {
      this.#active.delete(dispatchId);
      this.#parts.logger.error({ dispatchId, err: error }, "a dispatch could not be taken up");
      await this.#parts.journal.abandon(
        dispatchId,
        Date.now(),
        `it could not be taken up: ${messageOf(error)}`,
      );
      throw error;
    }
  }

  /** After a restart: attempts that were under way are found again, or the node waits for its next one. */
  #resume(active: ActiveDispatch): void {
    for (const node of active.state.nodes) {
      // As it was stored: what this server has started since has its attempt already.
      if (node.status !== "RUNNING") continue;
      if (node.open === null) this.#enqueue(active, [node.nodeId]);
      else void this.#attach(active, node, node.open).catch((error) => this.#broken(active, error));
    }
  }

  async #attach(active: ActiveDispatch, node: StoredNode, open: OpenAttempt): Promise<void> {
    const lane = this.#lanes.get(open.executor);
    if (lane === undefined) return this.#failNode(active, node.nodeId, unknownExecutor(open.executor));
    const spec = await attemptSpec(active.state, node, open, this.#parts.journal);
    this.#running.set(open.token, { active, node, number: open.number, lane });
    lane.attach(spec, open.handle);
  }

  #enqueue(active: ActiveDispatch, nodes: readonly number[]): void {
    const byLane = Map.groupBy(nodes, (id) => this.#lanes.get(active.state.node(id).executor));
    for (const [lane, ids] of byLane) {
      if (lane !== undefined) {
        lane.add(active, ids);
        continue;
      }
      for (const id of ids) {
        const failure = unknownExecutor(active.state.node(id).executor);
        void this.#failNode(active, id, failure).catch((error) => this.#broken(active, error));
      }
    }
  }

  async #prepare(
    active: ActiveDispatch,
    id: number,
    lane: Lane<ActiveDispatch>,
  ): Promise<AttemptSpec | undefined> {
    if (this.#active.get(active.id) !== active) return undefined;
    const node = active.state.node(id);
    const attempt = { number: ++active.tally(node).last, token: newAttemptToken() };
    try {
      const spec = await attemptSpec(active.state, node, attempt, this.#parts.journal);
      this.#running.set(attempt.token, { active, node, number: attempt.number, lane });
      return spec;
    } catch (error) {
      if (error instanceof NotRunnable) {
        await this.#failNode(active, id, { kind: "executor", name: error.name, message: error.message });
      } else this.#prepareLater(active, id, error);
      return undefined;
    }
  }

  /** What is needed could not be read now: the node waits a moment, as if it had become ready then. */
  #prepareLater(active: ActiveDispatch, id: number, error: unknown): void {
    this.#parts.logger.warn(
      { dispatchId: active.id, nodeId: id, err: error },
      "an attempt waits for the database",
    );
    setTimeout(() => this.#enqueue(active, [id]), RETRY_MS).unref();
  }

  async #placed(token: string, handle: unknown): Promise<void> {
    const running = this.#running.get(token);
    if (running === undefined) throw new Error(`attempt ${token} is not one of ours`);
    const { active, node, number, lane } = running;
    const { row: dispatch, dispatchId } = active.state.stored;
    const at = Date.now();
    const placed = {
      kind: "attempt-placed",
      dispatch,
      node: node.row,
      number,
      token,
      executor: lane.executor.name,
      handle,
      at,
    } as const;
    const changes: Change[] = [placed];
    if (active.state.become(node.nodeId, "RUNNING")) {
      changes.push({
        kind: "node-status",
        dispatch,
        dispatchId,
        node: node.row,
        nodeId: node.nodeId,
        status: "RUNNING",
        at,
      });
    }
    await this.#parts.journal.commit(changes);
  }

  async #ended(token: string, outcome: Outcome): Promise<void> {
    const running = this.#running.get(token);
    if (running === undefined) {
      // Accepted once already: the executor may forget it.
      this.#parts.logger.warn(
        { token, status: outcome.status },
        "discarded an outcome that was not expected (any more)",
      );
      return;
    }
    this.#running.delete(token);
    const { active, node, number, lane } = running;
    try {
      if (this.#active.get(active.id) !== active)
        throw new Error(`dispatch ${active.id} rests until the next start`);
      const { advance, again } = await settle({ active, node, number, token, outcome }, this.#store);
      await this.#commit(active, advance);
      if (again) this.#enqueue(active, [node.nodeId]);
    } catch (error) {
      this.#broken(active, error);
      throw error;
    } finally {
      lane.ended();
    }
  }

  async #failNode(active: ActiveDispatch, id: number, failure: Failure): Promise<void> {
    const advance = new Advance(active.state, Date.now());
    advance.fail(id, failure);
    advance.finishDispatch();
    await this.#commit(active, advance);
  }

  /**
   * Commits what follows from an event; the nodes that are ready start after it. Those whose executor lets no code run before
   * their place is durable get it at once: their places are committed behind this, so they start after it too, and one commit
   * does for both.
   */
  async #commit(active: ActiveDispatch, advance: Advance): Promise<void> {
    const changes = await Promise.all(advance.changes.map((change) => this.#storeLarge(change)));
    const committed = changes.length > 0 ? this.#parts.journal.commit(changes) : Promise.resolve();
    const { placeable = [], others = [] } = Object.groupBy(advance.ready, (id) =>
      this.#waitsForItsPlace(active, id) ? "placeable" : "others",
    );
    this.#enqueue(active, placeable);
    await committed;
    if (this.#active.get(active.id) !== active) return;
    if (active.state.unfinished === 0) this.#active.delete(active.id);
    this.#enqueue(active, others);
  }

  #waitsForItsPlace(active: ActiveDispatch, id: number): boolean {
    return this.#lanes.get(active.state.node(id).executor)?.executor.startsOncePlaced === true;
  }

  /** Large payloads go to the asset store before the commit that refers to them. */
  readonly #store = (payload: ProducedPayload): Promise<PayloadRef> =>
    onceThereIsRoom(
      () => keepPayload(payload, this.#parts.store),
      `payload ${payload.digest}`,
      this.#parts.logger,
    );

  /** Templates of many references are too large for the database. */
  #storeLarge(change: Change): Change | Promise<Change> {
    if (change.kind !== "node-status" || change.output === undefined) return change;
    if ("sameAs" in change.output || isKept(change.output)) return change;
    return this.#store(change.output).then((output) => ({ ...change, output }));
  }

  /** The database or the store refused: what is in memory may be ahead of it. The dispatch rests until the next start of the server. */
  #broken(active: ActiveDispatch, error: unknown): void {
    const dispatchId = active.id;
    if (!this.#active.delete(dispatchId)) return;
    this.#parts.logger.error(
      { dispatchId, err: error },
      "a dispatch could not go on; it will be taken up at the next start",
    );
  }
}

/** The first changes of a dispatch: it runs, and so does what waits for nothing. */
function beginning({ id, state }: ActiveDispatch): Advance {
  const at = Date.now();
  const advance = new Advance(state, at);
  const { row: dispatch, status } = state.stored;
  if (status === "STARTING") {
    advance.changes.push({ kind: "dispatch-status", dispatch, dispatchId: id, status: "RUNNING", at });
  }
  advance.begin();
  return advance;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface DispatcherHealth {
  /** False before the dispatches of the earlier server were taken up, and once this one stops. */
  readonly running: boolean;
  /** Dispatches that are under way. */
  readonly active: number;
  /** By the executor's name. */
  readonly executors: Readonly<Record<string, ExecutorHealth>>;
}

function unknownExecutor(name: string): Failure {
  return {
    kind: "executor",
    name: "UnknownExecutor",
    message: `there is no executor "${name}" on this server`,
  };
}
