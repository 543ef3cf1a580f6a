import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../model/logger.ts";
import { identifyProcess, isAlive } from "../../process/process-identity.ts";
import { workerFiles } from "../../worker/worker-files.ts";
import { lastLine, type ProcessEnd } from "../pool/worker-death.ts";
import type { WorkerHandle } from "../pool/worker-handle.ts";
import { type LaunchedWorker, type LaunchSettings, Unstartable } from "../pool/worker-kind.ts";
import { openOutput } from "../pool/worker-output.ts";

const PROGRAM = fileURLToPath(new URL("./program/start.py", import.meta.url));

/** What the parent says: see program/covalent_worker/parent.py. */
type Answer =
  | { readonly ready: { readonly python: string; readonly covalent: string } }
  | { readonly fault: string }
  | { readonly started: string; readonly pid: number }
  | { readonly ended: string; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null };

interface RunningParent {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  /** Workers that were asked for. */
  readonly starting: Map<string, PromiseWithResolvers<WorkerHandle>>;
  /** Workers that run. */
  readonly running: Map<string, RunningWorker>;
  /** Resolves when it has ended. */
  readonly closed: Promise<void>;
}

interface RunningWorker {
  readonly handle: WorkerHandle;
  readonly end: (end: ProcessEnd | null) => void;
}

/** What the machine may have again in a moment. */
const OUT_OF: ReadonlySet<string> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"]);

/** Somebody ended it, or the machine ran out of memory: the next one may live. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(["SIGHUP", "SIGINT", "SIGKILL", "SIGTERM"]);

/** How often workers whose parent has died are looked at. */
const WATCH_MS = 100;

/** The process from which Python workers are forked. It is started with the first of them, and again when it has died. */
export class PythonParent {
  readonly #python: string;
  readonly #logger: Logger;
  #running: RunningParent | null = null;

  constructor(python: string, logger: Logger) {
    this.#python = python;
    this.#logger = logger;
  }

  /**
   * Forks a worker.
   *
   * @throws {Unstartable} when the interpreter cannot run the program, with what has to be done about it
   */
  async launch(worker: string, settings: LaunchSettings): Promise<LaunchedWorker> {
    this.#running ??= this.#start(settings);
    const { child, ready, starting, running } = this.#running;
    await ready;
    for (const fd of openOutput(workerFiles(settings.directory, worker))) closeSync(fd);
    const started = Promise.withResolvers<WorkerHandle>();
    const ended = Promise.withResolvers<ProcessEnd | null>();
    starting.set(worker, started);
    child.stdin?.write(`${JSON.stringify({ start: worker })}\n`);
    const handle = await started.promise;
    running.set(worker, { handle, end: ended.resolve });
    return { handle, ended: ended.promise };
  }

  /** Resolves when the parent has ended. Workers live on. */
  async close(): Promise<void> {
    this.#running?.child.kill();
    await this.#running?.closed;
  }

  #start(settings: LaunchSettings): RunningParent {
    const stderr = join(settings.directory, "python-parent.stderr");
    const child = spawnParent(this.#python, settings, stderr);
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const parent: RunningParent = { child, ready, starting: new Map(), running: new Map(), closed };
    const fail = (reason: string, isForGood = true) =>
      reject(isForGood ? new Unstartable(reason) : new Error(reason));
    // Nobody may be waiting for it any more.
    ready.catch(() => undefined);
    child.on("error", (error: NodeJS.ErrnoException) =>
      fail(`${this.#python} cannot be executed: ${error.message}`, !OUT_OF.has(error.code ?? "")),
    );
    child.stdin?.on("error", () => undefined);
    const answers = createInterface({ input: child.stdio[3] as Readable });
    answers.on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      if ("fault" in answer) fail(answer.fault);
      else if ("ready" in answer) {
        this.#logger.info({ interpreter: this.#python, ...answer.ready }, "Python is ready");
        resolve();
      } else hear(parent, answer);
    });
    child.once("close", (exitCode, signal) => {
      close();
      const end = `${this.#python} ended (${signal ?? exitCode}): ${lastLine(stderr) || "it wrote nothing"}`;
      fail(end, signal === null || !FROM_OUTSIDE.has(signal));
      this.#gone(parent);
    });
    return parent;
  }

  /** Its workers live on without it; when they end is found out by looking. */
  #gone(parent: RunningParent): void {
    if (this.#running === parent) this.#running = null;
    for (const { reject } of parent.starting.values())
      reject(new Error("the parent of the Python workers has died"));
    for (const worker of parent.running.values()) watch(worker);
  }
}

function hear(parent: RunningParent, answer: Exclude<Answer, { ready: unknown } | { fault: string }>): void {
  if ("started" in answer) {
    const { started: worker, pid } = answer;
    const identity = identifyProcess(pid);
    const starting = parent.starting.get(worker);
    parent.starting.delete(worker);
    if (identity === undefined) starting?.reject(new Error(`the Python worker ${pid} ended at once`));
    else starting?.resolve({ worker, ...identity });
    return;
  }
  const { ended, exitCode, signal } = answer;
  // Behind the promise of its start, which is resolved by now.
  queueMicrotask(() => {
    parent.running.get(ended)?.end({ exitCode, signal });
    parent.running.delete(ended);
  });
}

function watch({ handle, end }: RunningWorker): void {
  const timer = setInterval(() => {
    if (isAlive(handle)) return;
    clearInterval(timer);
    end(null);
  }, WATCH_MS).unref();
}

function spawnParent(python: string, settings: LaunchSettings, stderrPath: string): ChildProcess {
  const stderr = openSync(stderrPath, "w", 0o600);
  const { directory, stagingDirectory, lingerMs } = settings;
  const named = ["--directory", directory, "--staging", stagingDirectory, "--linger", String(lingerMs)];
  try {
    return spawn(python, [PROGRAM, ...named], { detached: true, stdio: ["pipe", "ignore", stderr, "pipe"] });
  } finally {
    closeSync(stderr);
  }
}
