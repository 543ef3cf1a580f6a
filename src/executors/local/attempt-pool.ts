import type { Logger } from "../../model/logger.ts";
import { bootId } from "../../process/process-identity.ts";
import type { FromWorker, HelloMessage, StartedRecord } from "../../worker/protocol.ts";
import type { SpooledAttempt, SpooledResult } from "../../worker/spool.ts";
import type { AttemptObserver, AttemptSpec, Executor, ExecutorHealth, Outcome } from "../executor.ts";
import { AttemptKiller, clearAlarm } from "./attempt-killer.ts";
import { cancelledUnstarted, lostWithoutTrace, outcomeOfDeath, outcomeOfResult } from "./attempt-outcome.ts";
import { type LocalHandle, parseHandle } from "./handle.ts";
import { type Job, LocalWorker, newJob } from "./local-worker.ts";
import type { LocalExecutorOptions } from "./options.ts";
import { QueueDepth } from "./queue-depth.ts";
import type { RuntimeDirectory } from "./runtime-directory.ts";
import { packTask } from "./task-message.ts";
import { Unclaimed } from "./unclaimed.ts";
import { WaitLine } from "./wait-line.ts";
import { deathOf, type ProcessEnd } from "./worker-death.ts";
import { WorkerFleet } from "./worker-fleet.ts";

/** How long an idle worker watches another one's queue before it takes from it. */
const STEAL_AFTER_MS = 10;

/** The attempts the executor has, from their submission to the record of their outcome. See local-executor.ts for what it promises. */
export class AttemptPool implements Executor {
  readonly name = "local";
  readonly concurrency: number;
  readonly #options: LocalExecutorOptions;
  readonly #runtime: RuntimeDirectory;
  readonly #log: Logger;
  readonly #fleet: WorkerFleet;
  readonly #jobs = new Map<string, Job>();
  readonly #waiting = new WaitLine();
  readonly #depth = new QueueDepth();
  readonly #unclaimed: Unclaimed;
  readonly #killer: AttemptKiller;
  readonly #endings = new Set<Promise<void>>();
  /** How many have not ended. */
  #open = 0;
  #placing = false;
  #balancing: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(options: LocalExecutorOptions, runtime: RuntimeDirectory) {
    this.concurrency = options.workers;
    this.#options = options;
    this.#runtime = runtime;
    this.#log = options.logger;
    this.#unclaimed = new Unclaimed(options.logger);
    const { stagingDirectory, workers: size, lingerMs = 60_000, killGraceMs = 1_000, logger } = options;
    this.#killer = new AttemptKiller(killGraceMs, {
      takenBack: (jobs) => this.#putBack(jobs),
      doomed: (worker) => this.#fleet.replace(worker),
    });
    this.#fleet = new WorkerFleet(
      { runtime, stagingDirectory, size, lingerMs, logger },
      {
        connected: (worker, hello) => this.#connected(worker, hello),
        received: (worker, message, body) => this.#received(worker, message, body),
        gone: (worker, end) => this.#gone(worker, end),
        unstartable: (end) => this.#failWaiting(end),
      },
    );
  }

  get wanted(): number {
    return this.#closing ? 0 : Math.max(0, this.concurrency * this.#depth.current - this.#open);
  }

  open(): Promise<void> {
    return this.#fleet.open();
  }

  submit(attempts: readonly AttemptSpec[], observer: AttemptObserver): void {
    const jobs = attempts.map((spec) => newJob(spec, observer));
    for (const job of jobs) this.#jobs.set(job.spec.token, job);
    this.#open += jobs.length;
    this.#waiting.add(jobs);
    this.#place();
  }

  attach(
    attempts: readonly { readonly spec: AttemptSpec; readonly handle: unknown }[],
    observer: AttemptObserver,
  ): void {
    for (const { spec, handle } of attempts) {
      const job = newJob(spec, observer);
      this.#jobs.set(spec.token, job);
      this.#open += 1;
      const parsed = parseHandle(handle);
      if (parsed === undefined)
        this.#end(job, null, lostWithoutTrace("the record of where it ran cannot be read"));
      else this.#takeUp(job, parsed);
    }
    this.#place();
  }

  cancel(tokens: readonly string[]): void {
    const waiting = new Set<Job>();
    for (const token of tokens) {
      const job = this.#jobs.get(token);
      if (job === undefined || job.ending || job.stopping !== null) continue;
      job.stopping = "cancel";
      if (job.worker === null) waiting.add(job);
    }
    if (waiting.size > 0) this.#waiting.remove(waiting);
    for (const job of waiting) this.#end(job, null, cancelledUnstarted());
    for (const token of tokens) {
      const job = this.#jobs.get(token);
      if (job?.stopping === "cancel" && job.worker !== null) void this.#killer.stop(job, job.worker);
    }
  }

  health(): ExecutorHealth {
    const workers = [...this.#fleet.workers].filter((worker) => worker.connection !== null);
    const running = workers.filter((worker) => worker.held.size > 0).length;
    return { running, queued: this.#jobs.size - running, workers: workers.length };
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#balancing !== null) clearTimeout(this.#balancing);
    for (const job of this.#jobs.values()) clearAlarm(job);
    this.#unclaimed.close();
    await Promise.allSettled(this.#endings);
    await this.#fleet.close();
  }

  async terminate(): Promise<void> {
    this.#closing = true;
    const dying = [...this.#fleet.workers].map((worker) => worker.ended);
    this.#fleet.killAll();
    await Promise.all(dying);
    await this.close();
  }

  // --- giving attempts a place --------------------------------------------------------------------------------------------

  /** Once for everything that happens in this turn. */
  #place(): void {
    if (this.#placing || this.#closing) return;
    this.#placing = true;
    queueMicrotask(() => {
      this.#placing = false;
      if (this.#closing) return;
      this.#fill();
      this.#balance();
    });
  }

  #fill(): void {
    const open = this.#openWorkers();
    while (this.#waiting.length > 0) {
      const worker = leastLoaded(open);
      if (worker === undefined || worker.held.size >= this.#depth.current) return;
      const job = this.#waiting.take();
      if (job !== undefined) this.#give(job, worker);
    }
  }

  /**
   * Those that may be given attempts. No more run at once than there is room for: spares wait, and what an earlier server
   * started takes up its place.
   */
  #openWorkers(): readonly LocalWorker[] {
    const workers = [...this.#fleet.workers];
    const elsewhere = workers.filter((worker) => !worker.isOpen && worker.isOccupied).length;
    return workers
      .filter((worker) => worker.isOpen)
      .sort((a, b) => b.held.size - a.held.size)
      .slice(0, Math.max(0, this.concurrency - elsewhere));
  }

  #give(job: Job, worker: LocalWorker): void {
    const { task, body } = packTask(job.spec, this.#options.pathOf);
    worker.give(job, task, body);
    const placement = job.placement;
    job.observer.placed(job.spec.token, worker.handle).then(
      () => {
        // It may have been taken back, and even placed again, meanwhile.
        if (job.placement !== placement || job.worker !== worker) return;
        worker.release(job);
        if (worker.head === job) this.#killer.watch(worker);
      },
      (error) => this.#notPlaced(job, worker, error),
    );
  }

  /** Without a durable handle it must not run; the dispatcher knows why its commit failed. */
  #notPlaced(job: Job, worker: LocalWorker, error: unknown): void {
    this.#log.error({ err: error, token: job.spec.token }, "an attempt's place could not be recorded");
    if (job.worker !== worker) return;
    this.#putBack(worker.recall().filter((taken) => taken !== job));
    const message = `its place could not be recorded: ${error instanceof Error ? error.message : String(error)}`;
    this.#end(job, null, failedBy("executor", "NotPlaced", message));
  }

  #putBack(jobs: readonly Job[]): void {
    for (const job of jobs) clearAlarm(job);
    const cancelled = jobs.filter((job) => job.stopping === "cancel");
    this.#waiting.putBack(jobs.filter((job) => job.stopping !== "cancel"));
    for (const job of cancelled) this.#end(job, null, cancelledUnstarted());
    this.#place();
  }

  /** While a worker is idle, nothing waits behind a long task of another one. */
  #balance(): void {
    if (this.#balancing !== null || this.#waiting.length > 0 || this.#overloaded().length === 0) return;
    this.#balancing = setTimeout(() => {
      this.#balancing = null;
      const since = performance.now() - STEAL_AFTER_MS;
      for (const worker of this.#overloaded()) {
        if (worker.headSince <= since) this.#putBack(worker.recall());
      }
      this.#place();
    }, STEAL_AFTER_MS);
    this.#balancing.unref();
  }

  /** Workers with attempts that wait in them, while another worker has none. */
  #overloaded(): readonly LocalWorker[] {
    const open = this.#openWorkers();
    return open.some((worker) => worker.held.size === 0)
      ? [...this.#fleet.workers].filter(
          (worker) => worker.head !== undefined && worker.held.size > 1 && !worker.isRecalling,
        )
      : [];
  }

  // --- what workers tell --------------------------------------------------------------------------------------------------

  #connected(worker: LocalWorker, hello: HelloMessage): void {
    if (worker.adopted) this.#unclaimed.note(worker, hello);
    this.#reconcile(worker);
    this.#letGo(worker);
    this.#place();
  }

  #received(worker: LocalWorker, message: FromWorker, body: Buffer): void {
    if (this.#closing) return;
    switch (message.kind) {
      case "result":
        this.#result(worker, { record: message, body });
        break;
      case "recalled":
        worker.recalled();
        // One that was about to start may have been in the spool at the recall, and have been taken back since.
        this.#reconcile(worker);
        break;
      case "retiring":
        this.#log.debug({ worker: worker.handle.worker, reason: message.reason }, "a worker is replaced");
        this.#fleet.replace(worker);
        // It has forgotten what it had not started, and a worker that retires after a task has reported its end before.
        this.#reconcile(worker);
        break;
      case "hello":
        break;
    }
    this.#place();
  }

  #result(worker: LocalWorker, result: SpooledResult): void {
    const { token, spooledFrom } = result.record;
    const job = this.#jobs.get(token);
    if (!worker.adopted) worker.spoolFloor = spooledFrom;
    if (job === undefined) {
      if (this.#unclaimed.keeps(worker, token)) return;
      this.#log.warn({ token, worker: worker.handle.worker }, "a result nobody waits for was discarded");
      worker.acknowledge(token);
    } else if (!job.ending) {
      this.#accept(job, worker, result);
    }
  }

  #accept(job: Job, worker: LocalWorker, result: SpooledResult): void {
    this.#depth.note(result.record.endedAt - result.record.startedAt);
    this.#end(job, worker, outcomeOfResult(job, worker, result, this.#options.stagingDirectory));
  }

  /** Compares what a worker was given with what its spool says. To be called when it has forgotten what it had not started. */
  #reconcile(worker: LocalWorker): void {
    if (worker.held.size === 0) return;
    const spool = worker.readSpool();
    for (const [token, job] of [...worker.held]) this.#believe(job, worker, spool?.get(token));
    this.#putBack(worker.takeBack((token) => spool?.has(token) !== true));
    this.#killer.watch(worker);
  }

  #believe(job: Job, worker: LocalWorker, attempt: SpooledAttempt | undefined): void {
    if (attempt?.result != null && !job.ending) this.#accept(job, worker, attempt.result);
    else if (attempt !== undefined) job.released = true;
  }

  #gone(worker: LocalWorker, end: ProcessEnd | null): void {
    this.#log.info({ worker: worker.handle.worker, pid: worker.handle.pid, ...end }, "a worker has ended");
    this.#unclaimed.forget(worker);
    if (this.#closing) return;
    const spool = worker.readSpool();
    // After a restart of the machine the last records may be missing: what looks unstarted may have run.
    const isReliable = spool !== undefined && worker.handle.bootId === bootId();
    for (const [token, job] of [...worker.held]) {
      const attempt = spool?.get(token);
      this.#believe(job, worker, attempt);
      if (attempt?.started != null && attempt.result === null) this.#died(job, worker, attempt.started, end);
      else if (attempt === undefined && !isReliable) {
        this.#end(job, worker, lostWithoutTrace("the worker that had it is gone, and its records with it"));
      }
    }
    const unstarted = worker.takeBack(() => true);
    this.#putBack(unstarted);
    // Until these have another place on record, a server that is killed now needs the spool to tell that they never started.
    worker.keepsFiles = unstarted.length > 0;
    worker.removeFilesWhenDone();
  }

  #died(job: Job, worker: LocalWorker, started: StartedRecord, end: ProcessEnd | null): void {
    const failure = deathOf(worker.handle.pid, end, worker.files.stderr);
    this.#end(job, worker, outcomeOfDeath(job, worker, started, failure, this.#options.stagingDirectory));
  }

  #failWaiting({ exitCode, signal }: ProcessEnd): void {
    const message = `workers end as soon as they are started (${signal ?? `exit code ${exitCode}`}); the server's log and the files in ${this.#runtime.path} may say why`;
    for (const job of this.#waiting.drain()) this.#end(job, null, failedBy("executor", "NoWorkers", message));
  }

  // --- ending attempts ----------------------------------------------------------------------------------------------------

  /** The one way out: whatever else is heard of this attempt is discarded. */
  #end(job: Job, worker: LocalWorker | null, outcome: Outcome | Promise<Outcome>): void {
    if (job.ending) return;
    job.ending = true;
    this.#open -= 1;
    clearAlarm(job);
    // Its place is free before its outcome is durable: the next one need not wait for that.
    job.worker?.forget(job.spec.token);
    job.worker = null;
    if (worker !== null) {
      worker.endings += 1;
      this.#killer.watch(worker);
    }
    const ending = this.#tell(job, worker, outcome).finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  async #tell(job: Job, worker: LocalWorker | null, outcome: Outcome | Promise<Outcome>): Promise<void> {
    const { token } = job.spec;
    try {
      await job.observer.ended(token, await outcome);
      worker?.acknowledge(token);
      this.#jobs.delete(token);
    } catch (error) {
      // Not acknowledged, and its files are kept: the result stays in the spool, and the next server reads it there.
      this.#log.error({ err: error, token }, "an outcome could not be recorded");
      return;
    }
    if (worker === null) return;
    worker.endings -= 1;
    worker.removeFilesWhenDone();
    this.#letGo(worker);
  }

  /** An adopted worker that has handed over everything exits: it may be of another version than this server. */
  #letGo(worker: LocalWorker): void {
    const isDone = worker.held.size === 0 && worker.endings === 0 && !this.#unclaimed.has(worker);
    if (worker.adopted && !worker.leaving && worker.connection !== null && isDone) worker.leave();
  }

  #takeUp(job: Job, handle: LocalHandle): void {
    const worker = this.#fleet.find(handle);
    if (worker !== undefined) {
      job.worker = worker;
      worker.held.set(job.spec.token, job);
      this.#unclaimed.claim(worker, job.spec.token);
      // Otherwise it says hello soon, or ends; only then is it certain what it will not start.
      if (worker.connection !== null) this.#reconcile(worker);
      return;
    }
    const dead = new LocalWorker(this.#runtime.path, handle, true);
    dead.markDead();
    dead.held.set(job.spec.token, job);
    job.worker = dead;
    this.#gone(dead, null);
  }
}

function leastLoaded(workers: readonly LocalWorker[]): LocalWorker | undefined {
  let least: LocalWorker | undefined;
  for (const worker of workers) if (least === undefined || worker.held.size < least.held.size) least = worker;
  return least;
}

function failedBy(kind: "executor", name: string, message: string): Outcome {
  return { status: "failed", startedAt: null, endedAt: Date.now(), failure: { kind, name, message } };
}
