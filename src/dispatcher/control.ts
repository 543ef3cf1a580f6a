/**
 * What people ask of dispatches that run: to end, to pause, to be over by a deadline. A request is durable before it takes effect
 * on what runs, and holds after a restart: whoever takes a dispatch up goes on where this one was.
 */
import type { Journal } from "../database/journal.ts";
import type { Change, RowId, StoredDispatch, StoredNode } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import { isTerminal } from "../model/status.ts";
import { type ActiveDispatch, ASKED } from "./active-dispatch.ts";
import type { ActiveDispatches } from "./active-dispatches.ts";
import { Advance } from "./advance.ts";
import { leftOf } from "./alarm.ts";
import type { Attempts } from "./attempts.ts";
import { endStopped, expire } from "./cancelling.ts";

export interface ControlParts {
  readonly journal: Journal;
  readonly active: ActiveDispatches;
  readonly attempts: Attempts;
  readonly logger: Logger;
  /** Resolves when nothing stands between being started and being active for this dispatch. */
  settled(dispatchId: string): Promise<void>;
  commit(active: ActiveDispatch, advance: Advance): Promise<void>;
  broken(active: ActiveDispatch, error: unknown): void;
}

/** What somebody asks of a dispatch: of one in memory, and of one in the database alone. */
interface Request {
  ofActive(active: ActiveDispatch): Promise<void>;
  ofStored(): Promise<void>;
}

export class Control {
  readonly #with: ControlParts;

  constructor(parts: ControlParts) {
    this.#with = parts;
  }

  /** See Dispatcher.cancel. */
  async cancel(dispatchId: string, nodeIds?: readonly number[]): Promise<void> {
    await this.#ask(dispatchId, {
      ofActive: (active) => this.#cancelActive(active, nodeIds),
      ofStored: () => this.#cancelStored(dispatchId, nodeIds),
    });
  }

  /** See Dispatcher.pause and Dispatcher.resume. */
  async setPaused(dispatchId: string, paused: boolean): Promise<void> {
    const change = (dispatch: RowId): Change => ({ kind: "dispatch-paused", dispatch, paused });
    await this.#ask(dispatchId, {
      ofActive: async (active) => {
        active.paused = paused;
        await this.#with.journal.commit([change(active.state.stored.row)]);
        if (!paused) this.#goOn();
      },
      ofStored: () => this.#commitStored(dispatchId, ({ row }) => change(row)),
    });
  }

  /**
   * Ends what may not go on: what waits in this commit, what runs behind it, for only then is the request durable. Without
   * anything to end it is a plain commit.
   */
  async endStopped(active: ActiveDispatch, advance: Advance): Promise<void> {
    const unconfirmed = endStopped(active, advance);
    advance.finishDispatch();
    await this.#with.commit(active, advance);
    this.#with.attempts.cancel(unconfirmed.attempts);
    for (const dispatchId of unconfirmed.dispatches) this.#cancelLater(dispatchId);
  }

  /** A sublattice that was registered after its node was asked to end is asked to end as well. */
  inheritStop(active: ActiveDispatch): void {
    const nodeId = active.state.stored.parent?.nodeId;
    if (nodeId === undefined) return;
    if (this.#with.active.parentOf(active)?.stopReason(nodeId) !== undefined) active.stop(ASKED);
  }

  /** A deadline that passed while no server ran stops all that follows. */
  passDeadline(active: ActiveDispatch): void {
    const { deadlineMs } = active.state.stored;
    if (deadlineMs !== null && leftOfDeadline(active, deadlineMs) === 0 && active.state.unfinished > 0)
      expire(active, deadlineMs);
  }

  /** Counted from the start of the dispatch; after a restart what is left is never more than was asked for. */
  watchDeadline(active: ActiveDispatch): void {
    const { deadlineMs } = active.state.stored;
    if (deadlineMs === null || !this.#with.active.holds(active)) return;
    active.setDeadline(leftOfDeadline(active, deadlineMs), () => this.#expire(active, deadlineMs));
  }

  /** Nothing of this needs to be durable first: a server that starts meanwhile finds the deadline passed as well. */
  #expire(active: ActiveDispatch, deadlineMs: number): void {
    expire(active, deadlineMs);
    const advance = new Advance(active.state, Date.now());
    this.endStopped(active, advance).catch((error) => this.#with.broken(active, error));
  }

  /**
   * What is asked while a dispatch is started is done once it has been; what was stored for one that is not active is done as
   * well when it has become so meanwhile.
   */
  async #ask(dispatchId: string, { ofActive, ofStored }: Request): Promise<void> {
    await this.#with.settled(dispatchId);
    const before = this.#with.active.get(dispatchId);
    if (before !== undefined && (await this.#apply(before, ofActive))) return;
    await ofStored();
    await this.#with.settled(dispatchId);
    const since = this.#with.active.get(dispatchId);
    if (since !== undefined) await this.#apply(since, ofActive);
  }

  /** False when the dispatch rests for it: the database refused this, or something that it comes behind. */
  async #apply(active: ActiveDispatch, ofActive: Request["ofActive"]): Promise<boolean> {
    try {
      await ofActive(active);
      return true;
    } catch (error) {
      if (isWrongRequest(error)) throw error;
      // What is in memory is ahead of the database.
      this.#with.broken(active, error);
      return false;
    }
  }

  async #cancelActive(active: ActiveDispatch, nodeIds: readonly number[] | undefined): Promise<void> {
    const { stored, nodes } = active.state;
    const rows = nodeIds === undefined ? "all" : rowsOf(stored.dispatchId, nodes, nodeIds);
    if (nodeIds === undefined) active.stop(ASKED);
    else for (const id of nodeIds) active.stopNode(id);
    const advance = new Advance(active.state, Date.now());
    advance.changes.push({ kind: "cancel-requested", dispatch: stored.row, nodes: rows });
    await this.endStopped(active, advance);
  }

  async #cancelStored(dispatchId: string, nodeIds: readonly number[] | undefined): Promise<void> {
    if (nodeIds === undefined && (await this.#with.journal.cancelUnstarted(dispatchId, Date.now(), ASKED)))
      return;
    await this.#commitStored(dispatchId, ({ row, nodes }) => ({
      kind: "cancel-requested",
      dispatch: row,
      nodes: nodeIds === undefined ? "all" : rowsOf(dispatchId, nodes, nodeIds),
    }));
  }

  /** A change of a dispatch that is not active, unless it has ended. */
  async #commitStored(dispatchId: string, change: (stored: StoredDispatch) => Change): Promise<void> {
    const stored = await this.#with.journal.load(dispatchId);
    if (stored === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
    if (!isTerminal(stored.status)) await this.#with.journal.commit([change(stored)]);
  }

  #cancelLater(dispatchId: string): void {
    this.cancel(dispatchId).catch((error) => {
      this.#with.logger.error({ dispatchId, err: error }, "a sublattice could not be cancelled");
    });
  }

  /** What had its turn while its dispatch, or one above it, was paused. */
  #goOn(): void {
    for (const active of this.#with.active) {
      if (active.heldBack.length === 0 || this.#with.active.isPaused(active)) continue;
      this.#with.attempts.enqueue(active, active.heldBack.splice(0));
    }
  }
}

function leftOfDeadline({ state }: ActiveDispatch, deadlineMs: number): number {
  const { startedAt } = state.stored;
  return startedAt === null ? deadlineMs : leftOf(startedAt + deadlineMs, deadlineMs);
}

/** @throws {CovalentError} `NODE_NOT_FOUND` */
function rowsOf(dispatchId: string, nodes: readonly StoredNode[], ids: readonly number[]): RowId[] {
  return ids.map((nodeId) => {
    const node = nodes[nodeId];
    if (node === undefined) throw new CovalentError("NODE_NOT_FOUND", { dispatchId, nodeId });
    return node.row;
  });
}

function isWrongRequest(error: unknown): boolean {
  return error instanceof CovalentError && error.code === "NODE_NOT_FOUND";
}
