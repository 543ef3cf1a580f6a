import type { Journal } from "../database/journal.ts";
import type { Outcome } from "../executors/executor.ts";
import type { Change, StoredNode } from "../model/change.ts";
import type { Logger } from "../model/logger.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import type { Lane } from "./lane.ts";
import type { EndedAttempt } from "./settle.ts";

/** What the attempts that executors have need of the dispatcher. */
export interface HandedOverHost {
  /** False once the dispatch has ended or rests. */
  holds(active: ActiveDispatch): boolean;
  /** Commits what an attempt came to, and lets go on what follows from it. */
  record(ended: EndedAttempt): Promise<void>;
  /** What is in memory may be ahead of the database: the dispatch rests. */
  broken(active: ActiveDispatch, error: unknown): void;
}

/** An attempt that its executor has, or whose outcome is not recorded yet. */
interface Running {
  /** The dispatch as it is in memory: another one when it was taken up again. */
  active: ActiveDispatch;
  node: StoredNode;
  readonly number: number;
  readonly lane: Lane<ActiveDispatch>;
  /** It is on record: it has had a place. */
  isPlaced: boolean;
  /** Its last place could not be recorded: the executor has been told, and starts nothing there. */
  isRefused: boolean;
  hasEnded: boolean;
  /** Nobody wants its outcome any more. */
  isForgotten: boolean;
  /** It has ended, and its dispatch rests: called when that is over. */
  goOn: ((error?: Error) => void) | undefined;
}

/**
 * The attempts that executors have, by token, until their outcomes are recorded.
 *
 * When a dispatch rests, its attempts run on. Those that end meanwhile wait here, and with them their executor, which forgets
 * nothing before it is answered: so there is no way in which an outcome is asked for twice. Once the dispatch is taken up again,
 * {@link adopt} gives it the attempts that the database knows of, and {@link forget} lets the others go.
 */
export class HandedOver {
  readonly #journal: Journal;
  readonly #logger: Logger;
  readonly #host: HandedOverHost;
  readonly #running = new Map<string, Running>();
  #isClosing = false;
  /** Called when none is under way. */
  #idle = (): void => undefined;

  constructor(journal: Journal, logger: Logger, host: HandedOverHost) {
    this.#journal = journal;
    this.#logger = logger;
    this.#host = host;
  }

  add(token: string, attempt: Pick<Running, "active" | "node" | "number" | "lane" | "isPlaced">): void {
    const { active, node, number, lane, isPlaced } = attempt;
    const state = { isRefused: false, hasEnded: false, isForgotten: false, goOn: undefined };
    this.#running.set(token, { active, node, number, lane, isPlaced, ...state });
  }

  /** Resolves when what the executors have has ended. What waits for its dispatch is left to the next server. */
  async drained(): Promise<void> {
    this.#leaveToNext();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    if (this.#running.size > 0) await promise;
  }

  /** Outcomes that are not recorded yet are left to the next server. */
  close(): void {
    this.#leaveToNext();
  }

  #leaveToNext(): void {
    this.#isClosing = true;
    for (const { active, goOn } of this.#running.values()) goOn?.(resting(active));
  }

  /** Asks executors to end attempts. Each ends through its outcome, and only then is it certain that it no longer runs. */
  cancel(tokens: readonly string[]): void {
    const byLane = Map.groupBy(tokens, (token) => this.#running.get(token)?.lane);
    for (const [lane, ours] of byLane) lane?.executor.cancel(ours);
  }

  /** The dispatch of an open attempt has been taken up again. False when no executor of this server has it. */
  adopt(token: string, active: ActiveDispatch, node: StoredNode): boolean {
    const running = this.#running.get(token);
    if (running === undefined || running.isForgotten) return false;
    Object.assign(running, { active, node });
    running.goOn?.();
    return true;
  }

  /** Lets go what was begun for a dispatch before it was taken up again (or ended), and is not on record there. */
  forget(dispatchId: string, active: ActiveDispatch | undefined): void {
    for (const [token, running] of this.#running) {
      if (running.active.id !== dispatchId || running.active === active) continue;
      running.isForgotten = true;
      running.goOn?.();
      if (!running.hasEnded) running.lane.executor.cancel([token]);
    }
  }

  async placed(token: string, handle: unknown): Promise<void> {
    const running = this.#running.get(token);
    if (running === undefined) throw new Error(`attempt ${token} is not one of ours`);
    const { active, node, lane, isPlaced } = running;
    try {
      if (!this.#host.holds(active)) throw resting(active);
      // It was asked to end before the executor had it.
      if (active.stopReason(node.nodeId) !== undefined) lane.executor.cancel([token]);
      const changes = placing(running, token, handle);
      running.isPlaced = true;
      await this.#journal.commit(changes);
    } catch (error) {
      running.isPlaced = isPlaced;
      running.isRefused = true;
      throw error;
    }
  }

  async ended(token: string, outcome: Outcome): Promise<void> {
    const running = this.#running.get(token);
    if (running === undefined || running.hasEnded) {
      // Accepted once already: the executor may forget it.
      this.#logger.warn(
        { token, status: outcome.status },
        "discarded an outcome that was not expected (any more)",
      );
      return;
    }
    running.hasEnded = true;
    try {
      await this.#record(running, token, outcome);
    } finally {
      this.#running.delete(token);
      running.lane.ended(token);
      if (this.#running.size === 0) this.#idle();
    }
  }

  /** Until it is recorded, however often its dispatch has to be taken up for that. */
  async #record(running: Running, token: string, told: Outcome): Promise<void> {
    while (!running.isForgotten) {
      const { active, node, number, isPlaced, lane } = running;
      // What the executor says of one that it could not place is of no account: it has not started there.
      const outcome: Outcome = running.isRefused && isPlaced ? { status: "returned" } : told;
      try {
        if (!this.#host.holds(active)) throw resting(active);
        const unplacedOn = isPlaced ? null : lane.executor.name;
        return await this.#host.record({ active, node, number, token, outcome, unplacedOn });
      } catch (error) {
        this.#host.broken(active, error);
        // Others need not wait for its place.
        lane.ended(token);
        // It is not on record: its node begins anew when the dispatch is taken up again.
        if (!isPlaced) return;
        await this.#takenUp(running, active);
      }
    }
  }

  /** Resolves when the dispatch of an attempt has been taken up again, or does not want it any more. */
  async #takenUp(running: Running, before: ActiveDispatch): Promise<void> {
    if (this.#isClosing) throw resting(before);
    if (running.active !== before || running.isForgotten) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    running.goOn = (error) => (error === undefined ? resolve() : reject(error));
    await promise.finally(() => {
      running.goOn = undefined;
    });
  }
}

/** An attempt has a place: the changes that say so. */
function placing({ active, node, number, lane }: Running, token: string, handle: unknown): Change[] {
  const { row: dispatch, dispatchId } = active.state.stored;
  const at = Date.now();
  const { name: executor } = lane.executor;
  const { row, nodeId } = node;
  const changes: Change[] = [
    { kind: "attempt-placed", dispatch, node: row, number, token, executor, handle, at },
  ];
  if (active.endWait(nodeId)) changes.push({ kind: "retry-planned", dispatch, node: row, wait: null });
  if (active.state.become(nodeId, "RUNNING"))
    changes.push({ kind: "node-status", dispatch, dispatchId, node: row, nodeId, status: "RUNNING", at });
  return changes;
}

function resting({ id }: ActiveDispatch): Error {
  return new Error(`dispatch ${id} rests until it is taken up again`);
}
