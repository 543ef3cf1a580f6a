import type { Logger } from "../../model/logger.ts";
import type { FromWorker, HelloMessage } from "../../worker/protocol.ts";
import type { AttemptObserver, AttemptSpec, Executor, ExecutorHealth, Printing } from "../executor.ts";
import { AttemptEndings } from "./attempt-endings.ts";
import { AttemptKiller, clearAlarm } from "./attempt-killer.ts";
import { lostWithoutTrace } from "./attempt-outcome.ts";
import { AttemptPlacement } from "./attempt-placement.ts";
import { AttemptReconciliation } from "./attempt-reconciliation.ts";
import { type HeldAttempt, HeldAttempts } from "./held-attempt.ts";
import type { PoolOptions } from "./options.ts";
import type { PoolWorker } from "./pool-worker.ts";
import { printedSoFar, watchOutput } from "./printed-so-far.ts";
import type { RuntimeDirectory } from "./runtime-directory.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { Unclaimed } from "./unclaimed.ts";
import type { ProcessEnd } from "./worker-death.ts";
import { WorkerFleet } from "./worker-fleet.ts";
import { parseHandle } from "./worker-handle.ts";
import type { WorkerKind } from "./worker-kind.ts";

/**
 * The attempts the executor has, from their submission to the record of their outcome. See worker-pool.ts for what it
 * promises. It hands on what it is asked and what workers tell: to placement, reconciliation and endings.
 */
export class AttemptPool implements Executor {
  readonly name: string;
  readonly startsOncePlaced = true;
  readonly concurrency: number;
  readonly #log: Logger;
  readonly #directory: string;
  readonly #attempts = new HeldAttempts();
  readonly #unclaimed: Unclaimed;
  readonly #killer: AttemptKiller;
  readonly #endings: AttemptEndings;
  readonly #placement: AttemptPlacement;
  readonly #reconciliation: AttemptReconciliation;
  readonly #silence: SilenceWatch;
  readonly #fleet: WorkerFleet;
  #isClosing = false;

  constructor(kind: WorkerKind, options: PoolOptions, runtime: RuntimeDirectory) {
    const { stagingDirectory, pathOf, logger, workers, lingerMs = 60_000, killGraceMs = 1_000 } = options;
    this.name = kind.name;
    this.concurrency = workers;
    this.#log = logger;
    this.#directory = runtime.path;
    const attempts = this.#attempts;
    const unclaimed = new Unclaimed(logger);
    const killer = new AttemptKiller(killGraceMs, logger, {
      takenBack: (taken) => this.#placement.putBack(taken),
      doomed: (worker) => this.#fleet.replace(worker),
    });
    const endings = new AttemptEndings({ attempts, unclaimed, killer, logger });
    const silence = new SilenceWatch((worker) => {
      this.#reconciliation.readAhead(worker);
      this.#placement.place();
    }, logger);
    const placement = new AttemptPlacement({
      concurrency: workers,
      pack: (spec) => kind.pack(spec, pathOf),
      logger,
      endings,
      killer,
      silence,
      workers: () => this.#fleet.workers,
    });
    const shared = { attempts, unclaimed, endings, placement, killer, logger };
    this.#unclaimed = unclaimed;
    this.#killer = killer;
    this.#silence = silence;
    this.#endings = endings;
    this.#placement = placement;
    this.#reconciliation = new AttemptReconciliation({
      directory: runtime.path,
      stagingDirectory,
      ...shared,
    });
    this.#fleet = new WorkerFleet(
      { kind, runtime, stagingDirectory, size: workers, lingerMs, logger },
      {
        connected: (worker, hello) => this.#connected(worker, hello),
        received: (worker, message, body) => this.#received(worker, message, body),
        gone: (worker, end) => this.#gone(worker, end),
        unstartable: (reason) => placement.failWaiting(reason),
      },
    );
  }

  get wanted(): number {
    return Math.max(0, this.#placement.capacity - this.#attempts.open);
  }

  open(): Promise<void> {
    return this.#fleet.open();
  }

  submit(specs: readonly AttemptSpec[], observer: AttemptObserver): void {
    if (specs.length > 0) this.#fleet.demand();
    this.#placement.add(specs.map((spec) => this.#attempts.add(spec, observer)));
  }

  attach(
    placed: readonly { readonly spec: AttemptSpec; readonly handle: unknown }[],
    observer: AttemptObserver,
  ): void {
    for (const { spec, handle } of placed) {
      const held = this.#attempts.add(spec, observer);
      const parsed = parseHandle(handle);
      if (parsed !== undefined) this.#reconciliation.takeUp(held, parsed, this.#fleet.find(parsed));
      else {
        const reason = "the record of where it ran cannot be read";
        this.#endings.end(held, null, lostWithoutTrace(held, reason));
      }
    }
    this.#placement.place();
  }

  readonly printing: Printing = {
    of: (token) => {
      const place = this.#attempts.get(token)?.place;
      const worker = [...this.#fleet.workers].find((one) => one === place);
      return worker && printedSoFar(worker, token);
    },
    watch: (changed) => watchOutput(this.#directory, changed),
  };

  attachedAll(): void {
    this.#unclaimed.over();
    this.#placement.place();
  }

  cancel(tokens: readonly string[]): void {
    const cancelled = tokens.map((token) => this.#attempts.get(token)).filter(isStoppable);
    for (const held of cancelled) held.stopping = "cancel";
    this.#placement.cancel(new Set(cancelled.filter(({ place }) => place === null)));
    for (const worker of this.#fleet.workers) {
      for (const held of cancelled) if (held.place === worker) this.#killer.stop(held, worker);
    }
  }

  health(): ExecutorHealth {
    const workers = [...this.#fleet.workers].filter((worker) => worker.connection !== null);
    const running = workers.filter((worker) => worker.held.size > 0).length;
    return {
      running,
      queued: this.#attempts.size - running,
      workers: workers.length,
      slots: this.concurrency,
    };
  }

  async close(): Promise<void> {
    this.#stopListening();
    for (const held of this.#attempts) clearAlarm(held);
    this.#unclaimed.close();
    await this.#endings.told();
    await this.#fleet.close();
  }

  async terminate(): Promise<void> {
    this.#stopListening();
    await this.#fleet.killAll();
    await this.close();
  }

  #stopListening(): void {
    this.#isClosing = true;
    this.#placement.close();
    this.#reconciliation.close();
    this.#silence.close();
  }

  #connected(worker: PoolWorker, hello: HelloMessage): void {
    if (worker.adopted) this.#unclaimed.note(worker, hello);
    this.#reconciliation.reconcile(worker, [hello.running, ...hello.unacknowledged]);
    this.#endings.letGo(worker);
    this.#placement.place();
  }

  #received(worker: PoolWorker, message: FromWorker, body: Buffer): void {
    if (this.#isClosing) return;
    this.#silence.watch(worker);
    switch (message.kind) {
      case "result":
        this.#reconciliation.result(worker, { record: message, body });
        break;
      case "recalled":
        worker.recalled();
        // One that was about to start may have been in the spool at the recall, and have been taken back since.
        this.#reconciliation.reconcile(worker, [message.running]);
        break;
      case "retiring":
        this.#log.debug({ worker: worker.handle.worker, reason: message.reason }, "a worker is replaced");
        this.#fleet.replace(worker);
        // It has forgotten what it had not started, and has reported the ends of what it ran before.
        this.#reconciliation.reconcile(worker, [message.running]);
        break;
      case "hello":
        break;
    }
    this.#placement.place();
  }

  #gone(worker: PoolWorker, end: ProcessEnd | null): void {
    this.#log.info({ worker: worker.handle.worker, pid: worker.handle.pid, ...end }, "a worker has ended");
    this.#reconciliation.gone(worker, end);
  }
}

function isStoppable(held: HeldAttempt | undefined): held is HeldAttempt {
  return held !== undefined && !held.hasEnded && held.stopping === null;
}
