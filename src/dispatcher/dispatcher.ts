/**
 * Decides what runs next. It takes up a dispatch when it is started (or found unfinished at the start of the server), hands the
 * nodes that are ready to their executors (attempts.ts), and turns every outcome into one commit: the node's end and output,
 * whatever follows for structural nodes and descendants, and the end of the dispatch. Children start after that commit, never
 * before. What people ask meanwhile (cancel, pause, a deadline) is in control.ts.
 *
 * It knows executors, storage and the database by contract alone. What it holds in memory can be lost at any instant: the
 * database has everything that was told to anyone, and `recover` goes on from there.
 */
import type { Journal } from "../database/journal.ts";
import type { Executor, ExecutorHealth } from "../executors/executor.ts";
import type { RegisteredGraph } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import { isTerminal } from "../model/status.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { ActiveDispatch } from "./active-dispatch.ts";
import { ActiveDispatches } from "./active-dispatches.ts";
import { Advance } from "./advance.ts";
import { leftOf } from "./alarm.ts";
import { Attempts } from "./attempts.ts";
import { Commits } from "./commits.ts";
import { Control } from "./control.ts";
import type { LimitSettings } from "./limits.ts";
import { inTurns } from "./piecemeal.ts";
import { isPassing, isRefusal, RestingDispatches } from "./resting.ts";
import { restoreResults } from "./sub-result.ts";
import type { SubDispatchRegistrar } from "./subdispatch-registrar.ts";
import { Sublattices } from "./sublattices.ts";

export interface DispatcherParts {
  readonly journal: Journal;
  readonly store: AssetStore;
  /** By name. */
  readonly executors: ReadonlyMap<string, Executor>;
  readonly subDispatches: SubDispatchRegistrar;
  readonly logger: Logger;
  /** How much may run at once; without it there are no limits. */
  readonly limits?: LimitSettings;
  /** How long a dispatch that could not go on rests at first, in milliseconds: a second unless said. */
  readonly firstRestMs?: number;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #commits: Commits;
  readonly #attempts: Attempts;
  readonly #control: Control;
  readonly #sublattices: Sublattices;
  readonly #active = new ActiveDispatches();
  readonly #resting: RestingDispatches;
  /** Those that are being claimed and loaded. */
  readonly #starting = new Map<string, Promise<void>>();
  /** Resolves when the dispatches of the earlier server are taken up. */
  #recovery: Promise<void> = Promise.resolve();
  #recovered = false;
  #closing = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#commits = new Commits(parts);
    this.#resting = new RestingDispatches(parts.firstRestMs);
    const host = {
      commit: (active: ActiveDispatch, advance: Advance) => this.#commit(active, advance),
      broken: (active: ActiveDispatch, error: unknown) => this.#broken(active, error),
    };
    this.#attempts = new Attempts(parts, {
      ...host,
      holds: (active) => this.#active.holds(active),
      isPaused: (active) => this.#active.isPaused(active),
      priorityOf: (active) => this.#active.priorityOf(active),
      levelOf: (active) => this.#active.levelOf(active),
      store: (payload) => this.#commits.store(payload),
      registered: (ended) => this.#sublattices.register(ended),
      begin: (active, node) => this.#sublattices.begin(active, node),
    });
    this.#sublattices = new Sublattices(parts, {
      ...host,
      active: this.#active,
      start: (dispatchId, registered) => this.start(dispatchId, registered),
      again: (active, nodeId, afterMs) => this.#attempts.enqueueAfter(active, nodeId, afterMs),
      isClosing: () => this.#closing,
    });
    const settled = (dispatchId: string) => this.#settled(dispatchId);
    this.#control = new Control({
      ...parts,
      ...host,
      active: this.#active,
      attempts: this.#attempts,
      settled,
    });
  }

  /**
   * Starts a registered dispatch. Starting it again, at any time and from anywhere, does nothing.
   *
   * @param registered its graph, where the caller has just registered it
   */
  async start(dispatchId: string, registered?: RegisteredGraph): Promise<void> {
    // Else one that is claimed while the unfinished ones are listed would be taken up twice.
    await this.#recovery;
    if (this.#closing) throw new CovalentError("SERVER_STOPPING");
    const underWay = this.#starting.get(dispatchId);
    if (underWay !== undefined) return underWay;
    const starting = this.#claimAndTakeUp(dispatchId, registered).finally(() =>
      this.#starting.delete(dispatchId),
    );
    this.#starting.set(dispatchId, starting);
    return starting;
  }

  async #claimAndTakeUp(dispatchId: string, registered?: RegisteredGraph): Promise<void> {
    if (!(await this.#parts.journal.claimStart(dispatchId, Date.now()))) return;
    // If the process dies here, the dispatch is STARTING and `recover` takes it up.
    await this.#takeUp(dispatchId, registered);
  }

  /** Takes up every dispatch that was under way when the last server ended. Called once, before anything is started. */
  recover(): Promise<void> {
    this.#attempts.holdLimits(true);
    this.#recovery = this.#recoverAll().finally(() => this.#attempts.holdLimits(false));
    return this.#recovery;
  }

  async #recoverAll(): Promise<void> {
    for (const dispatchId of await this.#parts.journal.inFlight()) {
      this.#parts.logger.info({ dispatchId }, "taking up a dispatch of an earlier server");
      // One that cannot go on has been ended with the reason; the others do not wait for it.
      await this.#takeUp(dispatchId).catch(() => undefined);
    }
    await this.#attempts.attached();
    this.#attachedAll();
    this.#recovered = true;
    // Only now: whether one of them could be taken up is known.
    for (const active of this.#active) this.#sublattices.resume(active);
    await this.#sublattices.recover();
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
    this.#resting.hurry(dispatchId);
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
    const executors = this.#attempts.health();
    const active = this.#active.size + this.#resting.size;
    return { running: this.#recovered && !this.#closing, active, executors };
  }

  /**
   * Hands out no more work, and resolves when what runs has ended and is committed. What takes longer than the caller waits is
   * left to {@link close}, and found again by the next server.
   */
  async drain(): Promise<void> {
    this.#closing = true;
    this.#resting.close();
    await this.#attempts.drain();
  }

  /** Hands out no more work and lets the executors go. Nothing is cancelled: what runs is found again by the next server. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#resting.close();
    for (const active of this.#active) active.dispose();
    await this.#attempts.close();
  }

  async #settled(dispatchId: string): Promise<void> {
    await this.#recovery;
    if (this.#closing) throw new CovalentError("SERVER_STOPPING");
    await this.#starting.get(dispatchId)?.catch(() => undefined);
  }

  async #takeUp(dispatchId: string, registered?: RegisteredGraph): Promise<void> {
    try {
      const stored = await this.#parts.journal.load(dispatchId, registered);
      if (stored === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
      if (isTerminal(stored.status)) return this.#over(dispatchId);
      const active = await inTurns(ActiveDispatch.of(stored));
      await restoreResults(active.state, this.#parts);
      this.#active.add(active);
      this.#control.inheritStop(active);
      this.#control.passDeadline(active);
      await this.#control.endStopped(active, await beginning(active));
      this.#control.watchDeadline(active);
      this.#resumeNodes(active);
    } catch (error) {
      const active = this.#active.get(dispatchId);
      if (active !== undefined) this.#active.remove(active);
      if (isPassing(error) || isRefusal(error)) this.#rest(dispatchId, error, active?.turn);
      else {
        await this.#abandon(dispatchId, error);
        throw error;
      }
    }
  }

  /** It cannot go on, now and later: it ends with the reason. */
  async #abandon(dispatchId: string, error: unknown): Promise<void> {
    const { journal, logger } = this.#parts;
    logger.error({ dispatchId, err: error }, "a dispatch could not be taken up");
    try {
      await journal.abandon(dispatchId, Date.now(), `it could not be taken up: ${messageOf(error)}`);
    } catch (refused) {
      logger.error({ dispatchId, err: refused }, "a dispatch that cannot go on could not be ended either");
    }
    this.#over(dispatchId);
  }

  /** It has ended and is not under way: what was begun for it is let go, and the node that it is goes on. */
  #over(dispatchId: string): void {
    this.#resting.delete(dispatchId);
    this.#attempts.forget(dispatchId, undefined);
    this.#sublattices.endedUnseen(dispatchId);
  }

  /** The database or the store refused: what is in memory may be ahead of it. The dispatch goes on from what is stored, after a while. */
  #broken(active: ActiveDispatch, error: unknown): void {
    if (this.#active.remove(active)) this.#rest(active.id, error, active.turn);
  }

  /** @param lastCommits resolves when nothing more of it is on its way to the database */
  #rest(dispatchId: string, error: unknown, lastCommits?: Promise<void>): void {
    // The next server takes it up.
    if (this.#closing) return;
    const waitMs = this.#resting.add(dispatchId, error, () => this.#beginAgain(dispatchId, lastCommits));
    if (waitMs === undefined) {
      void this.#abandon(dispatchId, error);
      return;
    }
    const context = { dispatchId, err: error, waitMs };
    this.#parts.logger.error(context, "a dispatch could not go on; it is taken up again soon");
  }

  #beginAgain(dispatchId: string, lastCommits: Promise<void> | undefined): void {
    const again = this.#takeUpAgain(dispatchId, lastCommits)
      // Said already: it rests again, has been ended, or is left to the next server.
      .catch(() => undefined)
      .finally(() => this.#starting.delete(dispatchId));
    this.#starting.set(dispatchId, again);
  }

  /** As after a restart, but for what runs: this server's executors have it still, and what has ended meanwhile waits. */
  async #takeUpAgain(dispatchId: string, lastCommits: Promise<void> | undefined): Promise<void> {
    await this.#recovery;
    // What is still being written would be missing in what is loaded.
    await lastCommits?.catch(() => undefined);
    await this.#parts.journal.settled();
    if (this.#closing) return;
    this.#parts.logger.info({ dispatchId }, "taking up a dispatch that could not go on");
    await this.#takeUp(dispatchId);
    const active = this.#active.get(dispatchId);
    if (active !== undefined) {
      this.#attempts.forget(dispatchId, active);
      this.#sublattices.resume(active);
    }
    await this.#attempts.attached();
    this.#attachedAll();
  }

  /** Not while a dispatch rests: it may want what an earlier server left. */
  #attachedAll(): void {
    if (this.#resting.size === 0) this.#attempts.attachedAll();
  }

  /** After a restart: attempts that were under way are found again, or the node waits for its next one. */
  #resumeNodes(active: ActiveDispatch): void {
    for (const node of active.state.nodes) {
      // As it was stored: what this server has started since has its attempt already.
      const { status, open, retry, nodeId, subDispatchId } = node;
      if (isTerminal(active.state.status(nodeId))) continue;
      if (status === "DISPATCHING" && open === null && subDispatchId !== null)
        this.#attempts.takePlace(active, node);
      if (open !== null) this.#attempts.attach(active, node, open);
      // One that waits may be any: its attempt may have found no place, or its sublattice have failed.
      else if (status === "RUNNING" || retry !== null) {
        const left = retry === null ? 0 : leftOf(retry.at, retry.delayMs);
        this.#attempts.enqueueAfter(active, nodeId, left);
      }
    }
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
      this.#resting.delete(active.id);
      this.#sublattices.ended(active);
    }
    this.#attempts.enqueue(active, later);
  }
}

/** The first changes of a dispatch: it runs, and so does what waits for nothing. */
async function beginning({ id, state }: ActiveDispatch): Promise<Advance> {
  const at = Date.now();
  const advance = new Advance(state, at);
  const { row: dispatch, status } = state.stored;
  if (status === "STARTING") {
    advance.changes.push({ kind: "dispatch-status", dispatch, dispatchId: id, status: "RUNNING", at });
  }
  await inTurns(advance.begin());
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
