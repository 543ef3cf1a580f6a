import { existsSync, readFileSync, rmSync } from "node:fs";
import { failureOf } from "./attempt-failure.ts";
import { watchEnvironment } from "./environment.ts";
import type { Frame } from "./frames.ts";
import { encodeFrame } from "./frames.ts";
import { findLeftovers, noteBelongings, noteSurroundings, type Surroundings } from "./leftovers.ts";
import { bundleKey } from "./loaded-bundles.ts";
import { endProcess, interceptEnd } from "./process-end.ts";
import {
  type AttemptMessage,
  type FromWorker,
  type ResultRecord,
  type StartedRecord,
  type ToWorker,
  WORKER_FAULT,
} from "./protocol.ts";
import { type AttemptEnd, runAttempt } from "./run-attempt.ts";
import type { Running } from "./running.ts";
import { ServerLink } from "./server-link.ts";
import { encodeRecord, openSpool, type SpoolWriter } from "./spool.ts";
import { StopSignal } from "./stop-signal.ts";
import { enterSurroundings, type Surrounded, SurroundingsError, type Variables } from "./surroundings.ts";
import { watchUnreferenced } from "./unreferenced.ts";
import { lookAround, type OutputSizes, outputSizes, type Untouched } from "./untouched.ts";
import { isWorn } from "./wear.ts";
import { secretFile, type WorkerFiles, workerFiles } from "./worker-files.ts";

export interface WorkerSettings {
  readonly directory: string;
  /** The id under which the server started it. */
  readonly worker: string;
  readonly stagingDirectory: string;
  /** How long it waits for a server, idle or with its files removed. */
  readonly lingerMs: number;
}

interface Queued {
  readonly attempt: AttemptMessage;
  readonly body: Buffer;
}

/** How long what a task closed without waiting (a socket, a child) may take to be gone. */
const SETTLE_MS = 50;
const SETTLE_POLL_MS = 5;

/** One worker process: its queue, the attempt that runs, its spool and its connection. */
export class Worker {
  readonly #settings: WorkerSettings;
  readonly #files: WorkerFiles;
  readonly #spool: SpoolWriter;
  readonly #link: ServerLink;
  readonly #surroundings: Surroundings;
  #queue: Queued[] = [];
  /** Results as frames, until a server says that they are durable. */
  readonly #unacknowledged = new Map<string, Buffer>();
  /** Results that are only in the spool any more, for the next server. */
  readonly #kept = new Set<string>();
  /** What each bundle that was loaded has changed in the environment: it is found there by its own tasks only. */
  readonly #bundles = new Map<string, Variables>();
  /** The last attempt whose code could not be loaded. Only those that were dispatched with it may fail like it. */
  #unloadable: AttemptMessage | null = null;
  #running: Running | null = null;
  /** What the process is like, when no task has run since it was looked at. */
  #untouched: Untouched | null = null;
  #settling = false;
  /** The hold file was there when an attempt was about to start: nothing starts until the recall that comes with it. */
  #held = false;
  #retiring: string | null = null;
  #leaving = false;
  #idleSince = Date.now();
  /** Since when no server has listened and the spool has been gone. */
  #goneSince: number | null = null;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
    this.#files = workerFiles(settings.directory, settings.worker);
    this.#spool = openSpool(this.#files.spool);
    watchUnreferenced();
    watchEnvironment();
    this.#surroundings = noteSurroundings();
    interceptEnd({
      beforeExit: (code) => this.#noteExit(code),
      isBusy: () => this.#running !== null,
      stop: () => this.#running?.stopping.stop() === true,
    });
    process.on("uncaughtException", (error) => this.#uncaught(error));
    // The one thing that keeps the process alive; all else is unref'd.
    setInterval(() => undefined, 2 ** 30);
    this.#link = new ServerLink(settings.directory, {
      hello: () => this.#hello(),
      received: (frame) => this.#received(frame),
      lost: () => this.#forgetQueue(),
      alone: () => this.#waitAlone(),
    });
  }

  #hello(): FromWorker {
    return {
      kind: "hello",
      secret: readFileSync(secretFile(this.#settings.directory), "utf8"),
      worker: this.#settings.worker,
      pid: process.pid,
      running: this.#runningToken,
      unacknowledged: [...this.#unacknowledged.keys(), ...this.#kept],
    };
  }

  #received({ header, body }: Frame): void {
    const message = header as ToWorker;
    switch (message.kind) {
      case "welcome":
        this.#leaving = false;
        this.#goneSince = null;
        for (const frame of this.#unacknowledged.values()) this.#link.send(frame);
        if (this.#retiring !== null) this.#tellRetiring(this.#retiring);
        break;
      case "attempt":
        this.#queue.push({ attempt: message, body });
        break;
      case "recall":
        this.#forgetQueue();
        this.#tell({ kind: "recalled", running: this.#runningToken });
        break;
      case "ack":
        this.#forgetResults(message.tokens);
        break;
      case "keep":
        this.#forgetResults(message.tokens);
        for (const token of message.tokens) this.#kept.add(token);
        break;
      case "leave":
        this.#leaving = true;
        break;
    }
    this.#next();
  }

  get #runningToken(): string | null {
    return this.#running?.attempt.token ?? null;
  }

  #tell(message: FromWorker): void {
    this.#link.send(encodeFrame(message));
  }

  #tellRetiring(reason: string): void {
    this.#tell({ kind: "retiring", running: this.#runningToken, reason });
  }

  #forgetResults(tokens: readonly string[]): void {
    for (const token of tokens) {
      this.#unacknowledged.delete(token);
      this.#kept.delete(token);
    }
  }

  /** What has not started will not start here: the server (this one or the next) gives it to another worker. */
  #forgetQueue(): void {
    this.#queue = [];
    this.#held = false;
    // Not always: with the directory gone, and something else in its place, even looking for the file to remove fails.
    if (existsSync(this.#files.hold)) rmSync(this.#files.hold, { force: true });
    if (this.#running === null) this.#idleSince = Date.now();
  }

  #next(): void {
    if (this.#running !== null || this.#settling || this.#held) return;
    if (this.#retiring !== null || this.#leaving) {
      this.#link.flush();
      this.#exitWhenHandedOver();
      return;
    }
    const next = this.#queue.shift();
    if (next === undefined) {
      this.#link.flush();
      return;
    }
    const unfit = this.#whyUnfit(next.attempt);
    if (unfit === null) this.#start(next);
    else {
      this.#retire(unfit);
      this.#exitWhenHandedOver();
    }
  }

  /** Why this process must not start an attempt, which then goes to another one; `null` when it may. */
  #whyUnfit({ dispatchId, number }: AttemptMessage): string | null {
    if (this.#spool.isGone) return "its files have been removed";
    const failed = this.#unloadable;
    const mayFailAlike = failed === null || (failed.dispatchId === dispatchId && failed.number === number);
    return mayFailAlike ? null : "code that an earlier attempt could not load may be loadable now";
  }

  #start({ attempt, body }: Queued): void {
    const spooledFrom = this.#spool.size;
    const startedAt = Date.now();
    this.#untouched ??= lookAround();
    const { stdout, stderr, belongings } = this.#untouched;
    if (!this.#claim(attempt.token, { at: startedAt, stdout, stderr })) return;
    const { promise: crashed, resolve: crash } = Promise.withResolvers<AttemptEnd>();
    const running: Running = {
      attempt,
      startedAt,
      since: performance.now(),
      stdout,
      stderr,
      spooledFrom,
      crash,
      belongings,
      stopping: new StopSignal(),
      end: null,
    };
    this.#running = running;
    this.#untouched = null;
    // What waits longer because the task's code blocks this process is read in the spool by the server.
    this.#link.flushSoon();
    this.#run(running, body, crashed).catch(dieOf);
  }

  /** False when the server has just taken the attempt back. */
  #claim(token: string, start: Pick<StartedRecord, "at" | "stdout" | "stderr">): boolean {
    try {
      // Written before any of the user's code runs, and before the look at the hold file: a server that makes the file and then
      // reads the spool either finds this record there, or can be sure that the attempt does not start.
      this.#spool.append(encodeRecord({ kind: "started", token, ...start }));
      this.#held = existsSync(this.#files.hold);
      if (this.#held) this.#spool.append(encodeRecord({ kind: "unstarted", token }));
    } catch (error) {
      dieOf(error);
    }
    return !this.#held;
  }

  async #run(running: Running, body: Buffer, crashed: Promise<AttemptEnd>): Promise<void> {
    const { attempt } = running;
    const bundle = bundleKey(attempt);
    const ofCode = this.#bundles.get(bundle) ?? null;
    let surrounded: Surrounded | null = null;
    let end: AttemptEnd;
    try {
      const entered = enterSurroundings(attempt, ofCode);
      surrounded = entered;
      const loaded = () => {
        running.since = performance.now();
        // Else nothing but this worker's own code has run since they were noted.
        if (ofCode !== null) return;
        this.#bundles.set(bundle, entered.codeLoaded());
        running.belongings = noteBelongings();
      };
      const { stagingDirectory } = this.#settings;
      const signal = () => running.stopping.listen();
      const ran = runAttempt(attempt, body, { stagingDirectory, signal, loaded });
      end = await Promise.race([ran, crashed]);
    } catch (error) {
      const kind = error instanceof SurroundingsError ? "executor" : "lost";
      end = { outcome: { status: "failed", failure: failureOf(kind, error) } };
    }
    surrounded?.leave();
    if (end.unloadable === true) this.#unloadable = attempt;
    running.end = end;
    // One turn: rejections that nobody handled surface while this log is still open, and are not taken for the next attempt's.
    await new Promise((resolve) => setImmediate(resolve));
    const ranMs = performance.now() - running.since;
    const sizes = this.#finish(running, end);
    await this.#settle(running, sizes, ranMs);
  }

  /**
   * Has the result written down and sent: whatever dies then, the server finds it. What is written here is written with the
   * `started` of the next attempt where that follows at once, and before anybody else's code runs in any case: only a kill from
   * outside can fall in between, and is then as good as one a moment earlier.
   */
  #finish(running: Running, end: AttemptEnd): OutputSizes {
    const { startedAt, spooledFrom } = running;
    const { token } = running.attempt;
    const sizes = outputSizes();
    const { stdout, stderr } = sizes;
    const record: ResultRecord = {
      kind: "result",
      token,
      startedAt,
      endedAt: Date.now(),
      stdout: { start: running.stdout, end: stdout },
      stderr: { start: running.stderr, end: stderr },
      outcome: end.outcome,
      spooledFrom,
    };
    const frame = encodeRecord(record, end.body);
    this.#spool.defer(frame);
    this.#unacknowledged.set(token, frame);
    this.#running = null;
    this.#idleSince = Date.now();
    this.#link.post(frame);
    // Nothing follows that could be told with it: somebody may be waiting.
    if (this.#queue.length === 0) this.#link.flush();
    const wear = { output: Math.max(stdout, stderr), spool: this.#spool.size, bundles: this.#bundles.size };
    if (isWorn(wear)) this.#retire("worn out");
    return sizes;
  }

  /** Goes on with the next attempt when nothing of the last one is left; otherwise this process has run its last. */
  async #settle(running: Running, sizes: OutputSizes, ranMs: number): Promise<void> {
    const look = () => findLeftovers(this.#surroundings, running.belongings, ranMs);
    let found = look();
    if (found.left === null) {
      this.#untouched = { ...sizes, belongings: found.now };
      this.#next();
      this.#spool.flush();
      return;
    }
    this.#spool.flush();
    this.#settling = true;
    const deadline = Date.now() + SETTLE_MS;
    while (found.left !== null && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS).unref());
      found = look();
    }
    this.#settling = false;
    if (found.left !== null) this.#retire(`the task left ${found.left} behind`);
    this.#next();
  }

  #retire(reason: string): void {
    if (this.#retiring !== null) return;
    this.#retiring = reason;
    this.#forgetQueue();
    this.#tellRetiring(reason);
  }

  #uncaught(error: unknown): void {
    // Whoever threw it may have left anything half-done.
    this.#retire("an exception that nobody caught");
    const failure = failureOf("user-error", error);
    if (this.#running?.end === null) this.#running.crash({ outcome: { status: "failed", failure } });
    else process.stderr.write(`Nobody caught this: ${failure.stack ?? failure.message}\n`);
    this.#next();
  }

  #noteExit(code: number): void {
    if (this.#running === null) return;
    const error = new Error(`the task called process.exit(${code})`);
    error.name = "ProcessExit";
    const exit: AttemptEnd = { outcome: { status: "failed", failure: failureOf("user-error", error) } };
    try {
      this.#finish(this.#running, this.#running.end ?? exit);
      this.#spool.flush();
      this.#link.flush();
    } catch (thrown) {
      // The exit goes on; without this record the server takes the attempt for lost.
      process.stderr.write(`${failureOf("lost", thrown).stack}\n`);
    }
  }

  #waitAlone(): void {
    if (this.#running !== null) {
      this.#endWhenForgotten();
      return;
    }
    if (this.#leaving || this.#retiring !== null) this.#exitWhenHandedOver();
    if (Date.now() - this.#idleSince > this.#settings.lingerMs) endProcess(0);
  }

  /** Without its files no server will ever know of the task that runs: it would run on for nobody. */
  #endWhenForgotten(): void {
    if (!this.#spool.isGone) this.#goneSince = null;
    else this.#goneSince ??= Date.now();
    const isForgotten = this.#goneSince !== null && Date.now() - this.#goneSince > this.#settings.lingerMs;
    if (isForgotten) endProcess(WORKER_FAULT);
  }

  #exitWhenHandedOver(): void {
    if (this.#unacknowledged.size === 0) endProcess(0);
  }
}

/** What fails here is the worker itself (a full disk, say). Dying tells the server that its attempt is lost. */
function dieOf(error: unknown): never {
  const { stack, message } = failureOf("lost", error);
  try {
    // The last line is what the server tells of this end.
    process.stderr.write(`${stack}\nthe worker cannot go on: ${message}\n`);
  } finally {
    endProcess(WORKER_FAULT);
  }
}
