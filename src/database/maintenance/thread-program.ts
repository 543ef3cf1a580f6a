import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { availableBytes } from "./disk-space.ts";
import type { Observer, RunningServer } from "./observer.ts";
import type { Surroundings } from "./surroundings.ts";
import { errorOf, failureOf } from "./thread-failure.ts";
import type { Answer, FromThread, Question, ThreadStart } from "./thread-messages.ts";
import { WORKS } from "./works.ts";

/** The program of the thread that works on a database: does the one piece of work it was started for, and ends. */

const port = parentPort;
if (port === null) throw new Error("this file is the program of a thread");

const { name, request, owner, stop } = workerData as ThreadStart;
// The other side has checked that the request is one of this work: a message carries no types.
const work = WORKS[name] as (request: unknown, around: Surroundings) => Promise<unknown>;
const stopped = new Int32Array(stop);

/** Nobody sees more. */
const PROGRESS_EVERY_MS = 50;

const surroundings: Surroundings = {
  report: reportTo((message) => port.postMessage(message)),
  owner,
  confirm: async (question) => (await ask({ kind: "confirm", question })) === true,
  serverRunning: async () => (await ask({ kind: "server-running" })) as RunningServer | undefined,
  interrupted: () => Atomics.load(stopped, 0) !== 0,
  availableBytes,
};

try {
  send({ kind: "done", result: await work(request, surroundings) });
} catch (error) {
  send({ kind: "failed", failure: failureOf(error) });
} finally {
  port.close();
}

function send(message: FromThread): void {
  port?.postMessage(message);
}

async function ask(question: Question): Promise<unknown> {
  if (port === null) return undefined;
  const answered = once(port, "message");
  send(question);
  const [answer] = (await answered) as [Answer];
  if ("failure" in answer) throw errorOf(answer.failure);
  return answer.value;
}

function reportTo(post: (message: FromThread) => void): Observer {
  let lastLabel = "";
  let lastAt = 0;
  return {
    step: (line) => post({ kind: "step", line }),
    note: (text) => post({ kind: "note", text }),
    backup: (path) => post({ kind: "backup", path }),
    progress({ label, done, total }) {
      const now = performance.now();
      if (label === lastLabel && done < total && now - lastAt < PROGRESS_EVERY_MS) return;
      lastLabel = label;
      lastAt = now;
      post({ kind: "progress", label, done, total });
    },
  };
}
