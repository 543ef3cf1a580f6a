import { randomBytes } from "node:crypto";
import type { Logger } from "../../model/logger.ts";
import { identifyProcess, isAlive, signalProcess } from "../../process/process-identity.ts";
import { type FromWorker, type HelloMessage, WORKER_FAULT } from "../../worker/protocol.ts";
import { guarded } from "./guarded.ts";
import { killOrphans } from "./orphans.ts";
import { PoolWorker } from "./pool-worker.ts";
import { isComplete, type RuntimeDirectory, restoreRuntimeDirectory } from "./runtime-directory.ts";
import { StartBackOff } from "./start-back-off.ts";
import { describeEnd, lastLine, type ProcessEnd } from "./worker-death.ts";
import type { WorkerHandle } from "./worker-handle.ts";
import { type LaunchedWorker, Unstartable, type WorkerKind } from "./worker-kind.ts";
import { type Connection, WorkerServer } from "./worker-server.ts";

export interface FleetSettings {
  readonly kind: WorkerKind;
  readonly runtime: RuntimeDirectory;
  readonly stagingDirectory: string;
  /** How many workers get attempts. */
  readonly size: number;
  readonly lingerMs: number;
  readonly logger: Logger;
}

export interface FleetEvents {
  /** A worker has (again) connected: it has forgotten whatever it had not started. */
  connected(worker: PoolWorker, hello: HelloMessage): void;
  received(worker: PoolWorker, message: FromWorker, body: Buffer): void;
  /** The process has ended. `end` is `null` when it was another server's child. */
  gone(worker: PoolWorker, end: ProcessEnd | null): void;
  /** Workers cannot be started, however often it is tried. */
  unstartable(reason: string): void;
}

/** How often processes that are not our children are looked at. */
const WATCH_MS = 100;
/** How often the directory is looked at: without it workers can neither connect nor be started. */
const UPKEEP_MS = 1_000;

/** The worker processes: starts and replaces them, finds those of an earlier server, and notices when one ends. */
export class WorkerFleet {
  readonly #settings: FleetSettings;
  readonly #events: FleetEvents;
  readonly #log: Logger;
  readonly #workers = new Map<string, PoolWorker>();
  readonly #server: WorkerServer;
  readonly #backOff = new StartBackOff(() => this.replenish());
  #watch: NodeJS.Timeout | null = null;
  #upkeep: NodeJS.Timeout | null = null;
  #restoring: Promise<void> | null = null;
  #spares = 0;
  #closing = false;
  #killing = false;
  #isDemanded: boolean;
  /** Workers that are being started, by their ids. */
  readonly #starting = new Map<string, Promise<void>>();

  constructor(settings: FleetSettings, events: FleetEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#log = settings.logger;
    this.#isDemanded = !settings.kind.onDemand;
    this.#server = new WorkerServer(settings.runtime, settings.logger, (hello, connection) =>
      this.#welcome(hello, connection),
    );
  }

  async open(): Promise<void> {
    await this.#server.listen();
    this.#upkeep = setInterval(() => this.replenish(), UPKEEP_MS).unref();
    this.replenish();
  }

  get workers(): Iterable<PoolWorker> {
    return this.#workers.values();
  }

  /** The worker of a handle: one of ours, or the living process of an earlier server; `undefined` when it has ended. */
  find(handle: WorkerHandle): PoolWorker | undefined {
    const known = this.#workers.get(handle.worker);
    if (known !== undefined || !isAlive(handle)) return known;
    return this.#adopt(handle);
  }

  /** There is work: where workers are started on demand, they are from now on. */
  demand(): void {
    if (this.#isDemanded) return;
    this.#isDemanded = true;
    this.replenish();
  }

  /** A worker was used up by its task: from now on one more is kept warm, so that its place is taken at once. */
  replace(worker: PoolWorker): void {
    worker.leaving = true;
    this.#spares = 1;
    this.replenish();
  }

  /** Starts workers until there are as many as wanted. */
  replenish(): void {
    if (this.#closing || !this.#isDemanded || this.#restoring !== null || this.#backOff.isPausing) return;
    if (!isComplete(this.#settings.runtime)) {
      this.#restoring = this.#restore().finally(() => {
        this.#restoring = null;
        this.replenish();
      });
      return;
    }
    const lasting =
      this.#starting.size +
      [...this.#workers.values()].filter((worker) => !worker.adopted && !worker.leaving).length;
    for (let missing = this.#settings.size + this.#spares - lasting; missing > 0; missing--) {
      if (!this.#backOff.isPausing) this.#start();
    }
  }

  /** Lets all workers go: idle ones exit, the others finish and keep their results for the next server. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#backOff.close();
    for (const timer of [this.#watch, this.#upkeep]) if (timer !== null) clearInterval(timer);
    await Promise.all(this.#starting.values());
    await this.#settings.kind.close();
    for (const worker of this.#workers.values()) worker.leave();
    await this.#restoring;
    await this.#server.close();
  }

  /** Kills every worker at once; resolves when they are gone. */
  async killAll(): Promise<void> {
    this.#closing = true;
    this.#killing = true;
    await Promise.all(this.#starting.values());
    const dying = [...this.#workers.values()];
    for (const worker of dying) signalProcess(worker.handle, "SIGKILL", true);
    await Promise.all(dying.map((worker) => worker.ended));
  }

  #start(): void {
    const { kind, runtime, stagingDirectory, lingerMs } = this.#settings;
    const worker = randomBytes(6).toString("hex");
    const starting = kind.launch(worker, { directory: runtime.path, stagingDirectory, lingerMs }).then(
      (launched) => {
        this.#starting.delete(worker);
        this.#launched(launched);
      },
      (error) => {
        this.#starting.delete(worker);
        if (error instanceof Unstartable) this.#giveUp(error.message);
        else this.#startFailed(error instanceof Error ? error.message : String(error));
      },
    );
    this.#starting.set(worker, starting);
  }

  #launched({ handle, ended }: LaunchedWorker): void {
    const worker = new PoolWorker(this.#settings.runtime.path, handle, false);
    this.#workers.set(handle.worker, worker);
    ended.then((end) => guarded(this.#log, () => this.#end(worker, end)));
    if (this.#killing) signalProcess(handle, "SIGKILL", true);
  }

  /** Somebody has removed the directory: without it nothing can be started, and nobody can connect. */
  async #restore(): Promise<void> {
    const { runtime } = this.#settings;
    try {
      restoreRuntimeDirectory(runtime);
      await this.#server.listen();
      this.#log.warn(
        { directory: runtime.path },
        "the directory of the workers was removed; it is there again",
      );
    } catch (error) {
      this.#startFailed(error instanceof Error ? error.message : String(error));
    }
  }

  #welcome(hello: HelloMessage, connection: Connection): void {
    const starting = this.#starting.get(hello.worker);
    // It was faster than the word that it is there: it must not be taken for an earlier server's.
    if (starting !== undefined) {
      starting.then(() => guarded(this.#log, () => this.#welcome(hello, connection)));
      return;
    }
    const worker = this.#workers.get(hello.worker) ?? this.#adoptConnected(hello);
    if (worker === undefined) {
      connection.end();
      return;
    }
    connection.onMessage = (message, body) => {
      if (message.kind === "result" && !worker.adopted) this.#backOff.succeeded();
      this.#events.received(worker, message, body);
    };
    connection.onNonsense = () => {
      // It would do so again and again, and what it runs would never end.
      worker.speaksNonsense = true;
      signalProcess(worker.handle, "SIGKILL", true);
    };
    connection.onClose = () => {
      if (worker.connection === connection) worker.connection = null;
    };
    worker.connect(connection);
    this.#events.connected(worker, hello);
  }

  #adoptConnected(hello: HelloMessage): PoolWorker | undefined {
    const identity = identifyProcess(hello.pid);
    return identity && this.#adopt({ worker: hello.worker, ...identity });
  }

  #adopt(handle: WorkerHandle): PoolWorker {
    this.#log.info({ worker: handle.worker, pid: handle.pid }, "found a worker of an earlier server");
    const worker = new PoolWorker(this.#settings.runtime.path, handle, true);
    this.#workers.set(handle.worker, worker);
    this.#watch ??= setInterval(() => this.#lookAtAdopted(), WATCH_MS).unref();
    return worker;
  }

  #lookAtAdopted(): void {
    for (const worker of this.#workers.values()) {
      if (worker.adopted && worker.connection === null && !isAlive(worker.handle)) {
        guarded(this.#log, () => this.#end(worker, null));
      }
    }
  }

  #end(worker: PoolWorker, end: ProcessEnd | null): void {
    worker.markDead();
    this.#workers.delete(worker.handle.worker);
    // Read now: who hears of the end may remove the file.
    const lastWords = lastLine(worker.files.stderr);
    const hasFailedItself = (!worker.known && !worker.adopted) || end?.exitCode === WORKER_FAULT;
    killOrphans(worker.handle, worker.wasStopped ? "anywhere" : "group");
    this.#events.gone(worker, end);
    if (hasFailedItself)
      this.#startFailed(`a worker ${describeEnd(end)}: ${lastWords || "it wrote nothing"}`);
    this.replenish();
  }

  /** Nobody waits for what cannot come. Whoever has work later lets it be tried again. */
  #giveUp(reason: string): void {
    if (this.#closing) return;
    this.#isDemanded = !this.#settings.kind.onDemand;
    this.#log.error({ reason }, "workers cannot be started");
    this.#events.unstartable(reason);
  }

  #startFailed(reason: string): void {
    if (this.#closing) return;
    this.#backOff.failed();
    this.#log.error({ reason }, "a worker could not be started; it is tried again");
    if (this.#backOff.isHopeless) this.#events.unstartable(reason);
  }
}
