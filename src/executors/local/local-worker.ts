import { rmSync, writeFileSync } from "node:fs";
import type { TaskMessage } from "../../worker/protocol.ts";
import { readSpool, type SpooledAttempt } from "../../worker/spool.ts";
import { type WorkerFiles, workerFiles } from "../../worker/worker-files.ts";
import type { AttemptObserver, AttemptSpec } from "../executor.ts";
import type { LocalHandle } from "./handle.ts";
import type { Connection } from "./worker-server.ts";

/** An attempt while the local executor has it. */
export interface Job {
  readonly spec: AttemptSpec;
  readonly observer: AttemptObserver;
  /** Where it runs or waits; `null` while it waits for a place. */
  worker: LocalWorker | null;
  /** Counts how often it was given a place: what is heard of an earlier one does not count. */
  placement: number;
  /** Its handle is durable and the worker has been told so. */
  released: boolean;
  /** Its outcome is known: nothing else that is heard of it counts. */
  ending: boolean;
  /** Why its worker is being killed, when it is. */
  stopping: "timeout" | "cancel" | null;
  timer: NodeJS.Timeout | null;
}

export function newJob(spec: AttemptSpec, observer: AttemptObserver): Job {
  return {
    spec,
    observer,
    worker: null,
    placement: 0,
    released: false,
    ending: false,
    stopping: null,
    timer: null,
  };
}

/**
 * One worker process as the server sees it, with the attempts it was given. It runs those that are released, in that order.
 */
export class LocalWorker {
  readonly handle: LocalHandle;
  readonly files: WorkerFiles;
  /** Started by an earlier server: it finishes what it has and gets no more. */
  readonly adopted: boolean;
  connection: Connection | null = null;
  /** It has been connected to this server at least once. */
  known = false;
  /** Gets no more attempts. */
  leaving = false;
  dead = false;
  readonly #ended = Promise.withResolvers<void>();
  /** Resolves when the process has ended. */
  readonly ended = this.#ended.promise;
  /** What it was given and has not reported the end of, in order. */
  readonly held = new Map<string, Job>();
  /** Outcomes on their way to the observer: its files are still needed. */
  endings = 0;
  /** Its files are left to whoever clears the directory: the next server may have to read them. */
  keepsFiles = false;
  /** When the first of `held` became the first, by `performance.now()`: it cannot have started earlier. */
  headSince = 0;
  /** Everything in the spool before this offset has been received. */
  spoolFloor = 0;
  #recalling = false;
  #toRelease: string[] = [];
  #toAcknowledge: string[] = [];

  constructor(directory: string, handle: LocalHandle, adopted: boolean) {
    this.handle = handle;
    this.files = workerFiles(directory, handle.worker);
    this.adopted = adopted;
  }

  /** Ready for another attempt. */
  get isOpen(): boolean {
    return this.connection !== null && !this.leaving && !this.#recalling && !this.dead && !this.adopted;
  }

  /** The process has ended. */
  markDead(): void {
    this.dead = true;
    this.connection = null;
    this.#ended.resolve();
  }

  /** The attempt that runs, as far as the server can tell. */
  get head(): Job | undefined {
    for (const job of this.held.values()) if (job.released) return job;
    return undefined;
  }

  /** Takes up one of the places in which attempts run. */
  get isOccupied(): boolean {
    return this.held.size > 0 || (this.adopted && !this.leaving);
  }

  get isRecalling(): boolean {
    return this.#recalling;
  }

  connect(connection: Connection): void {
    this.connection = connection;
    this.known = true;
    connection.send({ kind: "welcome" });
    // Made while nobody was connected: the worker still waits for it.
    if (this.#recalling) connection.send({ kind: "recall" });
  }

  /** Sends an attempt ahead. It does not run before {@link release}. */
  give(job: Job, task: TaskMessage, body: readonly Uint8Array[]): void {
    job.worker = this;
    job.placement += 1;
    job.released = false;
    if (this.held.size === 0) this.headSince = performance.now();
    this.held.set(job.spec.token, job);
    this.connection?.send(task, body);
  }

  /** The handle of an attempt is durable: it may run. Those of one tick are told together. */
  release(job: Job): void {
    job.released = true;
    if (this.head === job) this.headSince = performance.now();
    if (this.#toRelease.push(job.spec.token) > 1) return;
    queueMicrotask(() => this.connection?.send({ kind: "go", tokens: this.#toRelease.splice(0) }));
  }

  /** The outcome of an attempt is durable: the worker may forget it. */
  acknowledge(token: string): void {
    if (this.#toAcknowledge.push(token) > 1) return;
    queueMicrotask(() => this.connection?.send({ kind: "ack", tokens: this.#toAcknowledge.splice(0) }));
  }

  forget(token: string): void {
    this.held.delete(token);
    this.headSince = performance.now();
  }

  /** No more attempts: it exits when everything it has is acknowledged. */
  leave(): void {
    this.leaving = true;
    this.connection?.send({ kind: "leave" });
  }

  /**
   * Takes back what has not started, though the worker may be deep in a computation and hear nothing. The hold file comes
   * first, the look into the spool second; the worker writes `started` first and looks for the file second. So an attempt
   * that the spool does not name here cannot start any more, whatever the two do meanwhile.
   */
  recall(): readonly Job[] {
    if (!this.#recalling) {
      writeFileSync(this.files.hold, "", { mode: 0o600 });
      this.#recalling = true;
      this.connection?.send({ kind: "recall" });
    }
    const spool = this.readSpool();
    return this.takeBack((token) => spool?.has(token) !== true);
  }

  /** The worker has seen the recall and removed the hold file. */
  recalled(): void {
    this.#recalling = false;
  }

  /** Removes attempts from `held` that the worker will not start. */
  takeBack(which: (token: string) => boolean): readonly Job[] {
    const taken = [...this.held.values()].filter((job) => which(job.spec.token));
    for (const job of taken) {
      this.held.delete(job.spec.token);
      job.worker = null;
      job.released = false;
    }
    return taken;
  }

  /** True while the process lives and has not written down the end of this attempt. */
  runs(token: string): boolean {
    const attempt = this.dead ? undefined : this.readSpool()?.get(token);
    return attempt?.started != null && attempt.result === null;
  }

  /** Resolves when the process has ended, or after so many milliseconds. */
  async endsWithin(ms: number): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const timeout = setTimeout(timer.resolve, ms);
    await Promise.race([this.ended, timer.promise]);
    clearTimeout(timeout);
  }

  /** `undefined` when the spool is gone. */
  readSpool(): ReadonlyMap<string, SpooledAttempt> | undefined {
    return readSpool(this.files.spool, this.spoolFloor);
  }

  /** Removes what a dead worker left, when nobody needs it any more. */
  removeFilesWhenDone(): void {
    if (!this.dead || this.keepsFiles || this.endings > 0 || this.held.size > 0) return;
    for (const file of Object.values(this.files)) rmSync(file, { force: true });
  }
}
