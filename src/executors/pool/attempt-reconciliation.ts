import type { Logger } from "../../model/logger.ts";
import { bootId } from "../../process/process-identity.ts";
import type { StartedRecord } from "../../worker/protocol.ts";
import type { SpooledAttempt, SpooledResult } from "../../worker/spool.ts";
import type { AttemptEndings } from "./attempt-endings.ts";
import type { AttemptKiller } from "./attempt-killer.ts";
import { lostWithoutTrace, outcomeOfDeath, outcomeOfResult } from "./attempt-outcome.ts";
import type { AttemptPlacement } from "./attempt-placement.ts";
import { guarded } from "./guarded.ts";
import type { HeldAttempt, HeldAttempts } from "./held-attempt.ts";
import { killOrphans } from "./orphans.ts";
import { PoolWorker } from "./pool-worker.ts";
import type { Unclaimed } from "./unclaimed.ts";
import { brokenBy, deathOf, type ProcessEnd } from "./worker-death.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** When the spool of a dead worker cannot be read (no file descriptor left), it is tried again after this. */
const RETRY_MS = 500;

export interface ReconciliationSurroundings {
  /** The executor's. */
  readonly directory: string;
  readonly stagingDirectory: string;
  readonly attempts: HeldAttempts;
  readonly unclaimed: Unclaimed;
  readonly endings: AttemptEndings;
  readonly placement: AttemptPlacement;
  readonly killer: AttemptKiller;
  readonly logger: Logger;
}

/** Finds out what became of attempts: from what workers report, from their spools, and from their ends. */
export class AttemptReconciliation {
  readonly #with: ReconciliationSurroundings;
  /** Workers that died under an earlier server, and of whose children nothing is left. */
  readonly #buried = new Set<string>();
  #isClosed = false;

  constructor(surroundings: ReconciliationSurroundings) {
    this.#with = surroundings;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** A worker has sent a result. */
  result(worker: PoolWorker, result: SpooledResult): void {
    const { attempts, unclaimed, logger } = this.#with;
    const { token, spooledFrom } = result.record;
    const held = attempts.get(token);
    if (!worker.adopted) worker.spoolFloor = spooledFrom;
    if (worker.kept.has(token)) worker.keep(token);
    else if (worker.readAhead.delete(token)) {
      // While its outcome is still being told, that acknowledges it.
      if (held === undefined) worker.acknowledge(token);
    } else if (held !== undefined) this.#accept(held, worker, result);
    else if (!unclaimed.keeps(worker, token)) {
      logger.warn({ token, worker: worker.handle.worker }, "a result nobody waits for was discarded");
      worker.acknowledge(token);
    }
  }

  /**
   * Takes the ends that a worker has written down and not told: it tells several at once, and may be deep in a computation before
   * it comes to that.
   */
  readAhead(worker: PoolWorker): void {
    const spool = this.#isClosed || worker.dead ? undefined : worker.spoolNow();
    for (const [token, held] of [...worker.held]) {
      const result = spool?.get(token)?.result;
      if (result == null) continue;
      worker.readAhead.add(token);
      this.#accept(held, worker, result);
    }
  }

  /**
   * Compares what a worker was given with what its spool says. To be called when it has forgotten what it had not started.
   *
   * @param has the attempts that the worker itself says it has: where the spool is gone, its word is all there is
   */
  reconcile(worker: PoolWorker, has: readonly (string | null)[]): void {
    if (worker.held.size === 0) return;
    const spool = worker.spoolNow();
    const isThere = (token: string) => (spool === undefined ? has.includes(token) : spool.has(token));
    for (const [token, held] of [...worker.held]) {
      const result = spool?.get(token)?.result;
      if (result != null) this.#accept(held, worker, result);
      else if (isThere(token)) held.isReleased = true;
    }
    this.#with.placement.putBack(worker.takeBack((token) => !isThere(token)));
    this.#with.killer.watch(worker);
  }

  /** The process of a worker has ended. `end` is `null` when it was not our child. */
  gone(worker: PoolWorker, end: ProcessEnd | null): void {
    const { logger, unclaimed, placement } = this.#with;
    if (this.#isClosed) return;
    let spool: ReadonlyMap<string, SpooledAttempt> | undefined;
    try {
      spool = worker.readSpool();
    } catch (error) {
      logger.error({ err: error, worker: worker.handle.worker }, "the spool of a worker cannot be read now");
      setTimeout(() => guarded(logger, () => this.gone(worker, end)), RETRY_MS).unref();
      return;
    }
    for (const held of [...worker.held.values()]) this.#settle(held, worker, spool, end);
    const unstarted = worker.takeBack(() => true);
    placement.putBack(unstarted);
    // Until these have another place on record, a server that is killed now needs the spool to tell that they never started;
    // what nobody has claimed yet may still be asked for.
    worker.keepsFiles = unstarted.length > 0 || unclaimed.has(worker);
    unclaimed.forget(worker);
    worker.removeFilesWhenDone();
  }

  /** Takes up an attempt that an earlier server gave to a worker. */
  takeUp(held: HeldAttempt, handle: WorkerHandle, worker: PoolWorker | undefined): void {
    if (worker === undefined) {
      this.#bury(handle);
      const dead = new PoolWorker(this.#with.directory, handle, true);
      dead.markDead();
      dead.hold(held);
      this.gone(dead, null);
      return;
    }
    worker.hold(held);
    this.#with.unclaimed.claim(worker, held.spec.token);
    // Otherwise it says hello soon, or ends; only then is it certain what it will not start.
    if (worker.connection === null) return;
    if (worker.spoolNow() !== undefined) this.reconcile(worker, []);
    // It connects again, says what it has, and sends its results again.
    else worker.connection.end();
  }

  /** It died while no server was there to kill what it left behind. */
  #bury(handle: WorkerHandle): void {
    if (this.#buried.has(handle.worker)) return;
    this.#buried.add(handle.worker);
    killOrphans(handle);
  }

  #accept(held: HeldAttempt, worker: PoolWorker, result: SpooledResult): void {
    const { logger, placement, endings, stagingDirectory } = this.#with;
    if (held.hasEnded) {
      const { token } = held.spec;
      logger.debug({ token, worker: worker.handle.worker }, "a result that is known already was discarded");
      return;
    }
    placement.noteDuration(result.record.endedAt - result.record.startedAt);
    endings.end(held, worker, outcomeOfResult(held, worker, result, stagingDirectory));
  }

  /** What became of an attempt whose worker is dead. What is left of it afterwards never started. */
  #settle(
    held: HeldAttempt,
    worker: PoolWorker,
    spool: ReadonlyMap<string, SpooledAttempt> | undefined,
    end: ProcessEnd | null,
  ): void {
    const attempt = spool?.get(held.spec.token);
    if (attempt?.result != null) this.#accept(held, worker, attempt.result);
    else if (attempt?.started != null) this.#died(held, worker, attempt.started, end);
    if (attempt !== undefined || isSureToBeUnstarted(held, worker, spool !== undefined)) return;
    const lost = lostWithoutTrace(held, "the worker that had it is gone, and its records with it");
    this.#with.endings.end(held, worker, lost);
  }

  #died(held: HeldAttempt, worker: PoolWorker, started: StartedRecord, end: ProcessEnd | null): void {
    const { endings, stagingDirectory } = this.#with;
    const { pid } = worker.handle;
    const failure = worker.speaksNonsense
      ? brokenBy(pid)
      : deathOf(pid, end, worker.files.stderr, started.stderr);
    endings.end(held, worker, outcomeOfDeath(held, worker, started, failure, stagingDirectory));
  }
}

/** Of an attempt that the spool of a dead worker does not name. */
function isSureToBeUnstarted(held: HeldAttempt, worker: PoolWorker, hasSpool: boolean): boolean {
  // After a restart of the machine the last records may be missing: what looks unstarted may have run.
  if (hasSpool) return worker.handle.bootId === bootId();
  return !worker.adopted && !held.isReleased;
}
