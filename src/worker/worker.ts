import { existsSync, fstatSync, readFileSync, rmSync } from "node:fs";
import type { Frame } from "./frames.ts";
import { encodeFrame } from "./frames.ts";
import { type Belongings, findLeftovers, noteBelongings, noteSurroundings } from "./leftovers.ts";
import { endProcess, interceptEnd } from "./process-end.ts";
import type { FromWorker, ResultRecord, TaskMessage, ToWorker } from "./protocol.ts";
import { runTask, type TaskEnd } from "./run-task.ts";
import { ServerLink } from "./server-link.ts";
import { encodeRecord, openSpool, type SpoolWriter } from "./spool.ts";
import { enterSurroundings, SurroundingsError } from "./surroundings.ts";
import { failureOf } from "./task-failure.ts";
import { secretFile, type WorkerFiles, workerFiles } from "./worker-files.ts";

export interface WorkerSettings {
  readonly directory: string;
  /** The id under which the server started it. */
  readonly worker: string;
  readonly stagingDirectory: string;
  /** How long it waits, idle, for a server. */
  readonly lingerMs: number;
}

interface Queued {
  readonly task: TaskMessage;
  readonly body: Buffer;
}

interface Running {
  readonly token: string;
  readonly startedAt: number;
  readonly stdout: number;
  readonly stderr: number;
  readonly spooledFrom: number;
  /** Ends the task from outside: an exception that nobody caught. */
  readonly crash: (end: TaskEnd) => void;
  belongings: Belongings;
}

/** Bytes of output or spool after which a worker is replaced by a fresh one with empty files. */
const WORN_OUTPUT = 64 * 1024 * 1024;
const WORN_SPOOL = 16 * 1024 * 1024;
/** How long what a task closed without waiting (a socket, a child) may take to be gone. */
const SETTLE_MS = 50;
const SETTLE_POLL_MS = 5;

/** One worker process: its queue, its running task, its spool and its connection. */
export class Worker {
  readonly #settings: WorkerSettings;
  readonly #files: WorkerFiles;
  readonly #spool: SpoolWriter;
  readonly #link: ServerLink;
  readonly #surroundings = noteSurroundings();
  #queue: Queued[] = [];
  readonly #released = new Set<string>();
  /** Results as frames, until a server says that they are durable. */
  readonly #unacknowledged = new Map<string, Buffer>();
  #running: Running | null = null;
  #settling = false;
  /** The hold file was there when a task was about to start: nothing starts until the recall that comes with it. */
  #held = false;
  #retiring: string | null = null;
  #leaving = false;
  #idleSince = Date.now();

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
    this.#files = workerFiles(settings.directory, settings.worker);
    this.#spool = openSpool(this.#files.spool);
    interceptEnd({ beforeExit: (code) => this.#noteExit(code), isBusy: () => this.#running !== null });
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
      running: this.#running?.token ?? null,
      unacknowledged: [...this.#unacknowledged.keys()],
    };
  }

  #received({ header, body }: Frame): void {
    const message = header as ToWorker;
    switch (message.kind) {
      case "welcome":
        this.#leaving = false;
        for (const frame of this.#unacknowledged.values()) this.#link.send(frame);
        if (this.#retiring !== null) this.#tell({ kind: "retiring", reason: this.#retiring });
        break;
      case "task":
        this.#queue.push({ task: message, body });
        break;
      case "go":
        for (const token of message.tokens) this.#released.add(token);
        break;
      case "recall":
        this.#forgetQueue();
        this.#tell({ kind: "recalled" });
        break;
      case "ack":
        for (const token of message.tokens) this.#unacknowledged.delete(token);
        break;
      case "leave":
        this.#leaving = true;
        break;
    }
    this.#next();
  }

  #tell(message: FromWorker): void {
    this.#link.send(encodeFrame(message));
  }

  /** What has not started will not start here: the server (this one or the next) gives it to another worker. */
  #forgetQueue(): void {
    this.#queue = [];
    this.#released.clear();
    this.#held = false;
    rmSync(this.#files.hold, { force: true });
    if (this.#running === null) this.#idleSince = Date.now();
  }

  #next(): void {
    if (this.#running !== null || this.#settling || this.#held) return;
    if (this.#retiring !== null || this.#leaving) {
      this.#exitWhenHandedOver();
      return;
    }
    const index = this.#queue.findIndex(({ task }) => this.#released.has(task.token));
    const [next] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (next === undefined) return;
    this.#released.delete(next.task.token);
    this.#start(next);
  }

  #start({ task, body }: Queued): void {
    const { token } = task;
    const spooledFrom = this.#spool.size;
    const startedAt = Date.now();
    const [stdout, stderr] = outputSizes();
    // Written before any of the user's code runs, and before the look at the hold file: a server that makes the file and then
    // reads the spool either finds this record there, or can be sure that the task does not start.
    this.#spool.append(encodeRecord({ kind: "started", token, at: startedAt, stdout, stderr }));
    if (existsSync(this.#files.hold)) {
      this.#spool.append(encodeRecord({ kind: "unstarted", token }));
      this.#held = true;
      return;
    }
    const { promise: crashed, resolve: crash } = Promise.withResolvers<TaskEnd>();
    const running: Running = {
      token,
      startedAt,
      stdout,
      stderr,
      spooledFrom,
      crash,
      belongings: noteBelongings(),
    };
    this.#running = running;
    // What fails here is the worker itself (a full disk, say). Dying tells the server that the task is lost.
    this.#run(task, body, running, crashed).catch((error) => {
      process.stderr.write(`${failureOf("lost", error).stack}\n`);
      endProcess(70);
    });
  }

  async #run(task: TaskMessage, body: Buffer, running: Running, crashed: Promise<TaskEnd>): Promise<void> {
    let leave: () => void = () => undefined;
    let end: TaskEnd;
    try {
      leave = enterSurroundings(task);
      const loaded = () => {
        running.belongings = noteBelongings();
      };
      const ran = runTask(task, body, this.#settings.stagingDirectory, loaded);
      end = await Promise.race([ran, crashed]);
    } catch (error) {
      const kind = error instanceof SurroundingsError ? "executor" : "lost";
      end = { outcome: { status: "failed", failure: failureOf(kind, error) } };
    }
    leave();
    this.#finish(running, end, false);
    await this.#settle(running);
  }

  /** Writes the result down, then sends it. If the process dies in between, the server reads it in the spool. */
  #finish(running: Running, end: TaskEnd, exited: boolean): void {
    const { token, startedAt, spooledFrom } = running;
    const [stdout, stderr] = outputSizes();
    const record: ResultRecord = {
      kind: "result",
      token,
      startedAt,
      endedAt: Date.now(),
      stdout: { start: running.stdout, end: stdout },
      stderr: { start: running.stderr, end: stderr },
      outcome: end.outcome,
      exited,
      spooledFrom,
    };
    const frame = encodeRecord(record, end.body);
    this.#spool.append(frame);
    this.#unacknowledged.set(token, frame);
    this.#running = null;
    this.#idleSince = Date.now();
    this.#link.send(frame);
    if (Math.max(stdout, stderr) > WORN_OUTPUT || this.#spool.size > WORN_SPOOL) this.#retire("worn out");
  }

  /** Goes on with the next task when nothing of the last one is left; otherwise this process has run its last. */
  async #settle(running: Running): Promise<void> {
    this.#settling = true;
    // One turn: rejections that nobody handled surface before the next task starts, and are not taken for its own.
    await new Promise((resolve) => setImmediate(resolve));
    const deadline = Date.now() + SETTLE_MS;
    let left = findLeftovers(this.#surroundings, running.belongings);
    while (left !== null && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS).unref());
      left = findLeftovers(this.#surroundings, running.belongings);
    }
    this.#settling = false;
    if (left !== null) this.#retire(`the task left ${left} behind`);
    this.#next();
  }

  #retire(reason: string): void {
    if (this.#retiring !== null) return;
    this.#retiring = reason;
    this.#forgetQueue();
    this.#tell({ kind: "retiring", reason });
  }

  #uncaught(error: unknown): void {
    // Whoever threw it may have left anything half-done.
    this.#retire("an exception that nobody caught");
    if (this.#running === null) process.stderr.write(`${failureOf("user-error", error).stack ?? error}\n`);
    else this.#running.crash({ outcome: { status: "failed", failure: failureOf("user-error", error) } });
    this.#next();
  }

  #noteExit(code: number): void {
    if (this.#running === null) return;
    const error = new Error(`the task called process.exit(${code})`);
    error.name = "ProcessExit";
    const end: TaskEnd = { outcome: { status: "failed", failure: failureOf("user-error", error) } };
    this.#finish(this.#running, end, true);
  }

  #waitAlone(): void {
    if (this.#running !== null) return;
    if (this.#leaving || this.#retiring !== null) this.#exitWhenHandedOver();
    if (Date.now() - this.#idleSince > this.#settings.lingerMs) endProcess(0);
  }

  #exitWhenHandedOver(): void {
    if (this.#unacknowledged.size === 0) endProcess(0);
  }
}

/** Bytes in the output files so far. JavaScript writes to files synchronously: nothing is still on its way. */
function outputSizes(): readonly [stdout: number, stderr: number] {
  return [fstatSync(1).size, fstatSync(2).size];
}
