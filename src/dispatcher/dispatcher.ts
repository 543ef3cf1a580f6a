/**
 * Decides what runs next. It takes up a dispatch when it is started, or found unfinished at the start of the server (taking-up.ts),
 * hands the nodes that are ready to their executors (attempts.ts), and turns every outcome into one commit: the node's end and
 * output, whatever follows for structural nodes and descendants, and the end of the dispatch. Children start after that commit,
 * never before. What people ask meanwhile (cancel, pause, a deadline) is in control.ts.
 *
 * It knows executors, storage and the database by contract alone. What it holds in memory can be lost at any instant: the
 * database has everything that was told to anyone, and `recover` goes on from there.
 */
import type { Executor, ExecutorHealth } from "../executors/executor.ts";
import type { RegisteredGraph } from "../model/change.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import { ActiveDispatches } from "./active-dispatches.ts";
import type { Advance } from "./advance.ts";
import { Attempts } from "./attempts.ts";
import { Commits } from "./commits.ts";
import { Control } from "./control.ts";
import type { LimitSettings } from "./limits.ts";
import type { SubDispatchRegistrar } from "./subdispatch-registrar.ts";
import { Sublattices } from "./sublattices.ts";
import { TakingUp, type TakingUpParts } from "./taking-up.ts";

export interface DispatcherParts extends TakingUpParts {
  /** By name. */
  readonly executors: ReadonlyMap<string, Executor>;
  readonly subDispatches: SubDispatchRegistrar;
  /** How much may run at once; without it there are no limits. */
  readonly limits?: LimitSettings;
}

export class Dispatcher {
  readonly #commits: Commits;
  readonly #attempts: Attempts;
  readonly #control: Control;
  readonly #sublattices: Sublattices;
  readonly #takingUp: TakingUp;
  readonly #active = new ActiveDispatches();

  constructor(parts: DispatcherParts) {
    this.#commits = new Commits(parts);
    const active = this.#active;
    const host = {
      commit: (of: ActiveDispatch, advance: Advance) => this.#commit(of, advance),
      broken: (of: ActiveDispatch, error: unknown) => this.#takingUp.broken(of, error),
    };
    this.#attempts = new Attempts(parts, {
      ...host,
      holds: (of) => active.holds(of),
      isPaused: (of) => active.isPaused(of),
      priorityOf: (of) => active.priorityOf(of),
      levelOf: (of) => active.levelOf(of),
      store: (payload) => this.#commits.store(payload),
      registered: (ended) => this.#sublattices.register(ended),
      begin: (of, node) => this.#sublattices.begin(of, node),
    });
    this.#sublattices = new Sublattices(parts, {
      ...host,
      active,
      start: (dispatchId, registered) => this.start(dispatchId, registered),
      again: (of, nodeId, afterMs) => this.#attempts.enqueueAfter(of, nodeId, afterMs),
      isClosing: () => this.#takingUp.isClosing,
    });
    const settled = (dispatchId: string) => this.#takingUp.settled(dispatchId);
    this.#control = new Control({ ...parts, ...host, active, attempts: this.#attempts, settled });
    this.#takingUp = new TakingUp(parts, {
      active,
      attempts: this.#attempts,
      control: this.#control,
      sublattices: this.#sublattices,
    });
  }

  /**
   * Starts a registered dispatch. Starting it again, at any time and from anywhere, does nothing.
   *
   * @param registered its graph, where the caller has just registered it
   */
  start(dispatchId: string, registered?: RegisteredGraph): Promise<void> {
    return this.#takingUp.start(dispatchId, registered);
  }

  /** Takes up every dispatch that was under way when the last server ended. Called once, before anything is started. */
  recover(): Promise<void> {
    return this.#takingUp.recover();
  }

  /**
   * Cancels a dispatch, or these of its nodes. Resolves when the request is durable: from then on it holds, whatever happens to
   * this server. What waits has ended then; what runs ends when its executor has confirmed it. What has ended stays as it is, and
   * so does a dispatch that has.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`
   */
  async cancel(dispatchId: string, nodeIds?: readonly number[]): Promise<void> {
    await this.#control.cancel(dispatchId, nodeIds);
    this.#takingUp.hurry(dispatchId);
  }

  /**
   * Lets nothing new of a dispatch and of its sublattices start until {@link resume}; what runs goes on. Resolves when that is
   * durable.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`
   */
  pause(dispatchId: string): Promise<void> {
    return this.#control.setPaused(dispatchId, true);
  }

  /** Lets a paused dispatch go on. @throws {CovalentError} `DISPATCH_NOT_FOUND` */
  resume(dispatchId: string): Promise<void> {
    return this.#control.setPaused(dispatchId, false);
  }

  health(): DispatcherHealth {
    const { isRecovered, isClosing, resting } = this.#takingUp;
    const executors = this.#attempts.health();
    return { running: isRecovered && !isClosing, active: this.#active.size + resting, executors };
  }

  /**
   * Hands out no more work, and resolves when what runs has ended and is committed. What takes longer than the caller waits is
   * left to {@link close}, and found again by the next server.
   */
  async drain(): Promise<void> {
    this.#takingUp.close();
    await this.#attempts.drain();
  }

  /** Hands out no more work and lets the executors go. Nothing is cancelled: what runs is found again by the next server. */
  async close(): Promise<void> {
    this.#takingUp.close();
    for (const active of this.#active) active.dispose();
    await this.#attempts.close();
  }

  /** Commits what follows from an event. Where that is very much, others have their turn between its parts. */
  async #commit(active: ActiveDispatch, advance: Advance): Promise<void> {
    await this.#commitPart(active, advance);
    while (this.#active.holds(active) && advance.goOn()) await this.#commitPart(active, advance);
  }

  /**
   * The nodes that are ready start after the commit. Those whose executor lets no code run before their place is durable get it at
   * once: their places are committed behind this, so they start after it too, and one commit does for both.
   */
  async #commitPart(active: ActiveDispatch, advance: Advance): Promise<void> {
    if (!this.#active.holds(active))
      throw new Error(`dispatch ${active.id} rests until it is taken up again`);
    let later: readonly number[] = [];
    await this.#commits.commit(active, advance.changes, () => {
      later = this.#attempts.enqueuePlaceable(active, advance.ready);
    });
    if (!this.#active.holds(active)) return;
    // Not when nothing is unfinished: that may be so in memory alone, while the end is on its way to the database.
    if (advance.endsDispatch) {
      this.#active.remove(active);
      this.#takingUp.ended(active.id);
      this.#sublattices.ended(active);
    }
    this.#attempts.enqueue(active, later);
  }
}

export interface DispatcherHealth {
  /** False before the dispatches of the earlier server were taken up, and once this one stops. */
  readonly running: boolean;
  /** Dispatches that are under way. */
  readonly active: number;
  /** By the executor's name. */
  readonly executors: Readonly<Record<string, ExecutorHealth>>;
}
