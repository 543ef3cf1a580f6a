import { rmSync, writeFileSync } from "node:fs";
import { readSpool, type SpooledAttempt } from "../../worker/spool.ts";
import { type WorkerFiles, workerFiles } from "../../worker/worker-files.ts";
import type { HeldAttempt, Place } from "./held-attempt.ts";
import { TokenMail } from "./token-mail.ts";
import type { WorkerHandle } from "./worker-handle.ts";
import type { PackedAttempt } from "./worker-kind.ts";
import type { Connection } from "./worker-server.ts";

/**
 * One worker process as the server sees it, with the attempts that it is to run. It is sent those that are released, and runs them
 * in that order.
 */
export class PoolWorker implements Place {
  readonly handle: WorkerHandle;
  readonly files: WorkerFiles;
  /** Started by an earlier server: it finishes what it has and gets no more. */
  readonly adopted: boolean;
  connection: Connection | null = null;
  /** It has been connected to this server at least once. */
  known = false;
  /** Gets no more attempts. */
  leaving = false;
  dead = false;
  /** It was told to end with what it ran: nothing that was started by it is to stay. */
  wasStopped = false;
  /** It was killed for what it sent. */
  speaksNonsense = false;
  readonly #ended = Promise.withResolvers<void>();
  /** Resolves when the process has ended. */
  readonly ended = this.#ended.promise;
  /** What it was given and has not reported the end of, in order. */
  readonly held = new Map<string, HeldAttempt>();
  /** Outcomes on their way to the observer: its files are still needed. */
  endings = 0;
  /** Outcomes that could not be made durable: they are left in the spool for the next server. */
  readonly kept = new Set<string>();
  /** Attempts whose ends were read in the spool before the worker came to tell them. */
  readonly readAhead = new Set<string>();
  /** Its files are left to whoever clears the directory: the next server may have to read them. */
  keepsFiles = false;
  /** When the first of `held` became the first, by `performance.now()`: it cannot have started earlier. */
  headSince = 0;
  /** Everything in the spool before this offset has been received. */
  spoolFloor = 0;
  /** Why the hold file of the recall could not be made: until it is, the worker may start what it was given. */
  holdError: Error | null = null;
  #recalling = false;
  readonly #acknowledgements = new TokenMail((tokens) => this.connection?.send({ kind: "ack", tokens }));

  constructor(directory: string, handle: WorkerHandle, adopted: boolean) {
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
  get head(): HeldAttempt | undefined {
    for (const held of this.held.values()) if (held.isReleased) return held;
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

  /** Keeps a place for an attempt. It is not sent, and does not run, before {@link release}. */
  give(held: HeldAttempt): void {
    held.placement += 1;
    held.isReleased = false;
    if (this.held.size === 0) this.headSince = performance.now();
    this.hold(held);
  }

  /** Takes up an attempt that it was given by an earlier server. */
  hold(held: HeldAttempt): void {
    held.place = this;
    this.held.set(held.spec.token, held);
  }

  /** The handle of an attempt is durable: it may run. */
  release(held: HeldAttempt, { message, body }: PackedAttempt): void {
    // What is sent behind a recall is not forgotten with it. The worker's answer finds that it never had this one.
    if (this.#recalling) return;
    held.isReleased = true;
    if (this.head === held) this.headSince = performance.now();
    this.connection?.send(message, body);
  }

  /** The outcome of an attempt is durable: the worker may forget it. */
  acknowledge(token: string): void {
    this.#acknowledgements.add(token);
  }

  /** The outcome of an attempt could not be made durable: the worker need not send it again, but its spool stays. */
  keep(token: string): void {
    this.kept.add(token);
    this.connection?.send({ kind: "keep", tokens: [token] });
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
   * that the spool does not name here cannot start any more, whatever the two do meanwhile. Where the file cannot be made or the
   * spool not be read, only the worker's answer tells, and nothing is taken back before it.
   */
  recall(): readonly HeldAttempt[] {
    if (!this.#recalling || this.holdError !== null) {
      this.holdError = makeHold(this.files.hold);
      this.#recalling = true;
      this.connection?.send({ kind: "recall" });
    }
    const spool = this.holdError === null ? this.spoolNow() : undefined;
    return spool === undefined ? [] : this.takeBack((token) => !spool.has(token));
  }

  /** The worker has seen the recall and removed the hold file. */
  recalled(): void {
    this.#recalling = false;
    this.holdError = null;
  }

  /** Removes attempts from `held` that the worker will not start. */
  takeBack(which: (token: string) => boolean): readonly HeldAttempt[] {
    const taken = [...this.held.values()].filter((held) => which(held.spec.token));
    for (const held of taken) {
      this.held.delete(held.spec.token);
      held.place = null;
      held.isReleased = false;
    }
    return taken;
  }

  /**
   * True while the process lives and has not written down the end of this attempt. Without a spool it is true of the first one,
   * whose result has not come.
   */
  runs(token: string): boolean {
    if (this.dead) return false;
    const spool = this.readSpool();
    if (spool === undefined) return this.head?.spec.token === token;
    const attempt = spool.get(token);
    return attempt?.started != null && attempt.result === null;
  }

  /** Resolves when the process has ended, or after so many milliseconds. */
  async endsWithin(ms: number): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const timeout = setTimeout(timer.resolve, ms);
    await Promise.race([this.ended, timer.promise]);
    clearTimeout(timeout);
  }

  /**
   * @returns `undefined` when the spool is gone.
   * @throws the error of the file system when it cannot be read now.
   */
  readSpool(): ReadonlyMap<string, SpooledAttempt> | undefined {
    return readSpool(this.files.spool, this.spoolFloor);
  }

  /** `undefined` when the spool is gone or cannot be read now: then nothing is known. */
  spoolNow(): ReadonlyMap<string, SpooledAttempt> | undefined {
    try {
      return this.readSpool();
    } catch {
      return undefined;
    }
  }

  /** Removes what a dead worker left, when nobody needs it any more. */
  removeFilesWhenDone(): void {
    const isNeeded = this.keepsFiles || this.kept.size > 0 || this.endings > 0 || this.held.size > 0;
    if (!this.dead || isNeeded) return;
    for (const file of Object.values(this.files)) removeIfPossible(file);
  }
}

function makeHold(file: string): Error | null {
  try {
    writeFileSync(file, "", { mode: 0o600 });
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function removeIfPossible(file: string): void {
  try {
    rmSync(file, { recursive: true, force: true });
  } catch {
    // It stays until a later server clears the directory (runtime-directory.ts).
  }
}
