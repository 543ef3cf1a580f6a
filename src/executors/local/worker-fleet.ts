import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../model/logger.ts";
import { identifyProcess, isAlive, signalProcess } from "../../process/process-identity.ts";
import type { FromWorker, HelloMessage } from "../../worker/protocol.ts";
import { workerFiles } from "../../worker/worker-files.ts";
import type { LocalHandle } from "./handle.ts";
import { LocalWorker } from "./local-worker.ts";
import { killOrphans, WORKER_VARIABLE } from "./orphans.ts";
import type { RuntimeDirectory } from "./runtime-directory.ts";
import type { ProcessEnd } from "./worker-death.ts";
import { type Connection, listenForWorkers, type WorkerServer } from "./worker-server.ts";

export interface FleetSettings {
  readonly runtime: RuntimeDirectory;
  readonly stagingDirectory: string;
  /** How many workers get attempts. */
  readonly size: number;
  readonly lingerMs: number;
  readonly logger: Logger;
}

export interface FleetEvents {
  /** A worker has (again) connected: it has forgotten whatever it had not started. */
  connected(worker: LocalWorker, hello: HelloMessage): void;
  received(worker: LocalWorker, message: FromWorker, body: Buffer): void;
  /** The process has ended. `end` is `null` when it was another server's child. */
  gone(worker: LocalWorker, end: ProcessEnd | null): void;
  /** Workers die as soon as they are started. */
  unstartable(end: ProcessEnd): void;
}

const EXTENSION = import.meta.url.endsWith(".ts") ? "ts" : "js";
const ENTRY = fileURLToPath(new URL(`../../worker/main.${EXTENSION}`, import.meta.url));
/** How often processes that are not our children are looked at. */
const WATCH_MS = 100;
/** Workers that die in a row before they ever connect, until starting them is given up for a while. */
const MAX_STILLBORN = 5;
const STILLBORN_PAUSE_MS = 1_000;

/** The worker processes: starts and replaces them, finds those of an earlier server, and notices when one ends. */
export class WorkerFleet {
  readonly #settings: FleetSettings;
  readonly #events: FleetEvents;
  readonly #workers = new Map<string, LocalWorker>();
  #server: WorkerServer | null = null;
  #watch: NodeJS.Timeout | null = null;
  #spares = 0;
  #stillborn = 0;
  #closing = false;

  constructor(settings: FleetSettings, events: FleetEvents) {
    this.#settings = settings;
    this.#events = events;
  }

  async open(): Promise<void> {
    this.#server = await listenForWorkers(this.#settings.runtime, (hello, connection) =>
      this.#welcome(hello, connection),
    );
    this.replenish();
  }

  get workers(): Iterable<LocalWorker> {
    return this.#workers.values();
  }

  /** The worker of a handle: one of ours, or the living process of an earlier server; `undefined` when it has ended. */
  find(handle: LocalHandle): LocalWorker | undefined {
    const known = this.#workers.get(handle.worker);
    if (known !== undefined || !isAlive(handle)) return known;
    return this.#adopt(handle);
  }

  /** A worker was used up by its task: from now on one more is kept warm, so that its place is taken at once. */
  replace(worker: LocalWorker): void {
    worker.leaving = true;
    this.#spares = 1;
    this.replenish();
  }

  /** Starts workers until there are as many as wanted. */
  replenish(): void {
    if (this.#closing || this.#stillborn >= MAX_STILLBORN) return;
    const lasting = [...this.#workers.values()].filter((worker) => !worker.adopted && !worker.leaving).length;
    for (let missing = this.#settings.size + this.#spares - lasting; missing > 0; missing--) this.#start();
  }

  /** Lets all workers go: idle ones exit, the others finish and keep their results for the next server. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#watch !== null) clearInterval(this.#watch);
    for (const worker of this.#workers.values()) worker.leave();
    await this.#server?.close();
  }

  /** Kills every worker at once. */
  killAll(): void {
    this.#closing = true;
    for (const worker of this.#workers.values()) signalProcess(worker.handle, "SIGKILL", true);
  }

  #start(): void {
    const id = randomBytes(6).toString("hex");
    const child = this.#spawn(id);
    const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
    if (identity === undefined) {
      child.once("error", (error) =>
        this.#settings.logger.error({ err: error }, "a worker could not be started"),
      );
      this.#countStillborn({ exitCode: child.exitCode, signal: child.signalCode });
      return;
    }
    const worker = new LocalWorker(this.#settings.runtime.path, { worker: id, ...identity }, false);
    this.#workers.set(id, worker);
    child.once("exit", (exitCode, signal) => this.#end(worker, { exitCode, signal }));
  }

  #spawn(id: string): ChildProcess {
    const { runtime, stagingDirectory, lingerMs } = this.#settings;
    const files = workerFiles(runtime.path, id);
    // The spool exists before the worker: without the file nobody could tell "never started" from "lost".
    closeSync(openSync(files.spool, "a", 0o600));
    const output = [openSync(files.stdout, "a", 0o600), openSync(files.stderr, "a", 0o600)];
    const options = [
      "--directory",
      runtime.path,
      "--worker",
      id,
      "--staging",
      stagingDirectory,
      "--linger",
      String(lingerMs),
    ];
    const child = spawn(process.execPath, ["--enable-source-maps", ENTRY, ...options], {
      detached: true,
      stdio: ["ignore", ...output],
      env: { ...process.env, [WORKER_VARIABLE]: id },
    });
    for (const fd of output) closeSync(fd);
    // The server ends when it wants to, and the worker lives on.
    child.unref();
    return child;
  }

  #welcome(hello: HelloMessage, connection: Connection): void {
    const worker = this.#workers.get(hello.worker) ?? this.#adoptConnected(hello);
    if (worker === undefined) {
      connection.end();
      return;
    }
    if (!worker.adopted) this.#stillborn = 0;
    connection.onMessage = (message, body) => this.#events.received(worker, message, body);
    connection.onClose = () => {
      if (worker.connection === connection) worker.connection = null;
    };
    worker.connect(connection);
    this.#events.connected(worker, hello);
  }

  #adoptConnected(hello: HelloMessage): LocalWorker | undefined {
    const identity = identifyProcess(hello.pid);
    return identity && this.#adopt({ worker: hello.worker, ...identity });
  }

  #adopt(handle: LocalHandle): LocalWorker {
    this.#settings.logger.info(
      { worker: handle.worker, pid: handle.pid },
      "found a worker of an earlier server",
    );
    const worker = new LocalWorker(this.#settings.runtime.path, handle, true);
    this.#workers.set(handle.worker, worker);
    this.#watch ??= setInterval(() => this.#lookAtAdopted(), WATCH_MS).unref();
    return worker;
  }

  #lookAtAdopted(): void {
    for (const worker of this.#workers.values()) {
      if (worker.adopted && worker.connection === null && !isAlive(worker.handle)) this.#end(worker, null);
    }
  }

  #end(worker: LocalWorker, end: ProcessEnd | null): void {
    worker.markDead();
    this.#workers.delete(worker.handle.worker);
    killOrphans(worker.handle);
    this.#events.gone(worker, end);
    if (!worker.known && !worker.adopted && end !== null) this.#countStillborn(end);
    this.replenish();
  }

  /** Starting them again and again would keep the machine busy with nothing; the reason is told, and a pause made. */
  #countStillborn(end: ProcessEnd): void {
    if (this.#closing || ++this.#stillborn < MAX_STILLBORN) return;
    this.#settings.logger.error({ ...end }, "workers end as soon as they are started");
    this.#events.unstartable(end);
    setTimeout(() => {
      this.#stillborn = MAX_STILLBORN - 1;
      this.replenish();
    }, STILLBORN_PAUSE_MS).unref();
  }
}
