import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { WorkOptions } from "./observer.ts";
import { ownerName } from "./partial-files.ts";
import { errorOf, failureOf } from "./thread-failure.ts";
import type { Answer, FromThread, Question, ThreadStart } from "./thread-messages.ts";
import type { WorkName, Works } from "./works.ts";

/**
 * Long work on a database runs in a thread of its own: SQLite is synchronous here, and a statement over a million rows would
 * stop the event loop, so that neither a progress bar nor Ctrl-C worked.
 *
 * The thread does all the work; this side passes on what it reports, answers what it asks, and tells it when to stop. If the
 * process dies, the thread dies with it: what that means for the file is said where it is changed.
 */

/** The running program has its own extension: `.ts` from the sources, `.js` when built. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./thread-program.ts" : "./thread-program.js",
  import.meta.url,
);

/** Does a piece of work in a thread, and settles when the thread has ended: no connection is open then. */
export async function inThread<Name extends WorkName>(
  name: Name,
  request: Parameters<Works[Name]>[0],
  options: WorkOptions,
): Promise<Awaited<ReturnType<Works[Name]>>> {
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const interrupt = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
  if (options.signal?.aborted) interrupt();
  options.signal?.addEventListener("abort", interrupt);
  try {
    const start: ThreadStart = { name, request, owner: ownerName(), stop };
    const last = await lastMessage(new Worker(PROGRAM, { workerData: start }), options);
    if (last.kind === "failed") throw errorOf(last.failure);
    return last.result as Awaited<ReturnType<Works[Name]>>;
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
  }
}

type LastMessage = Extract<FromThread, { kind: "done" | "failed" }>;

async function lastMessage(worker: Worker, options: WorkOptions): Promise<LastMessage> {
  let last: LastMessage | undefined;
  worker.on("message", (message: FromThread) => {
    if (message.kind === "done" || message.kind === "failed") last = message;
    else if (message.kind === "confirm" || message.kind === "server-running")
      void answer(worker, message, options);
    else show(message, options);
  });
  const [code] = await once(worker, "exit");
  return last ?? { kind: "failed", failure: { error: new Error(`the thread ended with code ${code}`) } };
}

async function answer(worker: Worker, question: Question, options: WorkOptions): Promise<void> {
  let answer: Answer;
  try {
    const value =
      question.kind === "confirm"
        ? ((await options.confirm?.(question.question)) ?? false)
        : options.serverRunning?.();
    answer = { value };
  } catch (error) {
    // It is the thread that ends the work: it has files to remove.
    answer = { failure: failureOf(error) };
  }
  worker.postMessage(answer);
}

function show(message: Exclude<FromThread, Question | LastMessage>, { report }: WorkOptions): void {
  switch (message.kind) {
    case "step":
      report.step(message.line);
      break;
    case "progress":
      report.progress(message);
      break;
    case "note":
      report.note(message.text);
      break;
    case "backup":
      report.backup(message.path);
      break;
  }
}
