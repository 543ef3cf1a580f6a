import { parentPort, workerData } from "node:worker_threads";
import { CovalentError } from "../../model/errors.ts";
import { parseWhole, partsOfWhole } from "./manifest-lines.ts";
import type { ThreadAnswer } from "./manifest-thread.ts";

/** The thread's side of manifest-thread.ts: one part for each `next`. */
function* parts() {
  yield* partsOfWhole(parseWhole(workerData as Uint8Array));
}

const remaining = parts();

function answer(): ThreadAnswer {
  try {
    const next = remaining.next();
    return next.done ? { kind: "done" } : { kind: "part", part: next.value };
  } catch (error) {
    if (error instanceof CovalentError) return { kind: "refused", code: error.code, details: error.details };
    throw error;
  }
}

parentPort?.on("message", () => parentPort?.postMessage(answer()));
