/**
 * Brings dispatches into memory: when somebody starts them, when the server finds them unfinished as it starts, and when they could
 * not go on. Whatever stands in the way, each then is active, rests, or has ended with the reason.
 */
import type { Journal } from "../database/journal.ts";
import type { RegisteredGraph } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import { isTerminal } from "../model/status.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { ActiveDispatch } from "./active-dispatch.ts";
import type { ActiveDispatches } from "./active-dispatches.ts";
import { Advance } from "./advance.ts";
import { leftOf } from "./alarm.ts";
import type { Attempts } from "./attempts.ts";
import type { Control } from "./control.ts";
import { inTurns } from "./piecemeal.ts";
import { isPassing, isRefusal, RestingDispatches } from "./resting.ts";
import { restoreResults } from "./sub-result.ts";
import type { Sublattices } from "./sublattices.ts";

export interface TakingUpParts {
  readonly journal: Journal;
  readonly store: AssetStore;
  readonly logger: Logger;
  /** How long a dispatch that could not go on rests at first, in milliseconds: a second unless said. */
  readonly firstRestMs?: number;
}

/** What a dispatch is handed to when it is in memory. */
export interface TakingUpHost {
  readonly active: ActiveDispatches;
  readonly attempts: Attempts;
  readonly control: Control;
  readonly sublattices: Sublattices;
}

export class TakingUp {
  readonly #parts: TakingUpParts;
  readonly #host: TakingUpHost;
  readonly #resting: RestingDispatches;
  /** Those that are being claimed and loaded. */
  readonly #starting = new Map<string, Promise<void>>();
  /** Resolves when the dispatches of the earlier server are taken up. */
  #recovery: Promise<void> = Promise.resolve();
  #isRecovered = false;
  #isClosing = false;

  constructor(parts: TakingUpParts, host: TakingUpHost) {
    this.#parts = parts;
    this.#host = host;
    this.#resting = new RestingDispatches(parts.firstRestMs);
  }

  /** True once the dispatches of the earlier server are taken up. */
  get isRecovered(): boolean {
    return this.#isRecovered;
  }

  /** True when nothing is taken up any more: the server stops. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** How many dispatches rest. */
  get resting(): number {
    return this.#resting.size;
  }

  /** See Dispatcher.start. */
  async start(dispatchId: string, registered?: RegisteredGraph): Promise<void> {
    // Else one that is claimed while the unfinished ones are listed would be taken up twice.
    await this.#recovery;
    if (this.#isClosing) throw new CovalentError("SERVER_STOPPING");
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

  /** See Dispatcher.recover. */
  recover(): Promise<void> {
    const { attempts } = this.#host;
    attempts.holdLimits(true);
    this.#recovery = this.#recoverAll().finally(() => attempts.holdLimits(false));
    return this.#recovery;
  }

  async #recoverAll(): Promise<void> {
    const { active: all, attempts, sublattices } = this.#host;
    for (const dispatchId of await this.#parts.journal.inFlight()) {
      this.#parts.logger.info({ dispatchId }, "taking up a dispatch of an earlier server");
      // One that cannot go on has been ended with the reason; the others do not wait for it.
      await this.#takeUp(dispatchId).catch(() => undefined);
    }
    await attempts.attached();
    this.#attachedAll();
    this.#isRecovered = true;
    // Only now: whether one of them could be taken up is known.
    for (const active of all) sublattices.resume(active);
    await sublattices.recover();
  }

  /** Resolves when nothing stands between being started and being active for this dispatch. */
  async settled(dispatchId: string): Promise<void> {
    await this.#recovery;
    if (this.#isClosing) throw new CovalentError("SERVER_STOPPING");
    await this.#starting.get(dispatchId)?.catch(() => undefined);
  }

  /** The database or the store refused: what is in memory may be ahead of it. The dispatch goes on from what is stored, after a while. */
  broken(active: ActiveDispatch, error: unknown): void {
    if (this.#host.active.remove(active)) this.#rest(active.id, error, active.turn);
  }

  /** Takes a dispatch up now, if it rests. */
  hurry(dispatchId: string): void {
    this.#resting.hurry(dispatchId);
  }

  /** A dispatch has ended: it does not rest, and never will again. */
  ended(dispatchId: string): void {
    this.#resting.delete(dispatchId);
  }

  /** What rests is left to the next server. */
  close(): void {
    this.#isClosing = true;
    this.#resting.close();
  }

  async #takeUp(dispatchId: string, registered?: RegisteredGraph): Promise<void> {
    const { active: all, control } = this.#host;
    try {
      const stored = await this.#parts.journal.load(dispatchId, registered);
      if (stored === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
      if (isTerminal(stored.status)) return this.#over(dispatchId);
      const active = await inTurns(ActiveDispatch.of(stored));
      await restoreResults(active.state, this.#parts);
      all.add(active);
      control.inheritStop(active);
      control.passDeadline(active);
      await control.endStopped(active, await beginning(active));
      control.watchDeadline(active);
      this.#resumeNodes(active);
    } catch (error) {
      const active = all.get(dispatchId);
      if (active !== undefined) all.remove(active);
      if (isPassing(error) || isRefusal(error)) this.#rest(dispatchId, error, active?.turn);
      else {
        await this.#abandon(dispatchId, error);
        throw error;
      }
    }
  }

  /** After a restart: attempts that were under way are found again, or the node waits for its next one. */
  #resumeNodes(active: ActiveDispatch): void {
    const { attempts } = this.#host;
    for (const node of active.state.nodes) {
      // As it was stored: what this server has started since has its attempt already.
      const { status, open, retry, nodeId, subDispatchId } = node;
      if (isTerminal(active.state.status(nodeId))) continue;
      if (status === "DISPATCHING" && open === null && subDispatchId !== null)
        attempts.takePlace(active, node);
      if (open !== null) attempts.attach(active, node, open);
      // One that waits may be any: its attempt may have found no place, or its sublattice have failed.
      else if (status === "RUNNING" || retry !== null) {
        const left = retry === null ? 0 : leftOf(retry.at, retry.delayMs);
        attempts.enqueueAfter(active, nodeId, left);
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
    this.ended(dispatchId);
    this.#host.attempts.forget(dispatchId, undefined);
    this.#host.sublattices.endedUnseen(dispatchId);
  }

  /** @param lastCommits resolves when nothing more of it is on its way to the database */
  #rest(dispatchId: string, error: unknown, lastCommits?: Promise<void>): void {
    // The next server takes it up.
    if (this.#isClosing) return;
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
    const { active: all, attempts, sublattices } = this.#host;
    await this.#recovery;
    // What is still being written would be missing in what is loaded.
    await lastCommits?.catch(() => undefined);
    await this.#parts.journal.settled();
    if (this.#isClosing) return;
    this.#parts.logger.info({ dispatchId }, "taking up a dispatch that could not go on");
    await this.#takeUp(dispatchId);
    const active = all.get(dispatchId);
    if (active !== undefined) {
      attempts.forget(dispatchId, active);
      sublattices.resume(active);
    }
    await attempts.attached();
    this.#attachedAll();
  }

  /** Not while a dispatch rests: it may want what an earlier server left. */
  #attachedAll(): void {
    if (this.#resting.size === 0) this.#host.attempts.attachedAll();
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
