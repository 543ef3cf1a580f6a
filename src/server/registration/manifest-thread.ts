import { Worker } from "node:worker_threads";
import { CovalentError, type ErrorCode, type ErrorDetails } from "../../model/errors.ts";
import type { ManifestPart } from "./manifest-lines.ts";

/** What the thread answers to each `next`. */
export type ThreadAnswer =
  | { readonly kind: "part"; readonly part: ManifestPart }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly details: ErrorDetails };

/**
 * Parses and validates a large JSON manifest in a thread of its own and hands it over slice by slice, so that the server goes on
 * answering others meanwhile. The bytes are moved to the thread: the caller must not use them any more.
 */
export async function* partsFromThread(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<ManifestPart> {
  const file = import.meta.url.endsWith(".ts") ? "./manifest-thread-main.ts" : "./manifest-thread-main.js";
  const thread = new Worker(new URL(file, import.meta.url), {
    workerData: bytes,
    transferList: [bytes.buffer],
  });
  try {
    for (;;) {
      const answer = await ask(thread);
      if (answer.kind === "done") return;
      if (answer.kind === "refused") throw new CovalentError(answer.code, answer.details);
      yield answer.part;
    }
  } finally {
    await thread.terminate();
  }
}

function ask(thread: Worker): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error("the thread that read the manifest ended early"));
    thread.once("message", (answer: ThreadAnswer) => {
      thread.off("error", reject).off("exit", gone);
      resolve(answer);
    });
    thread.once("error", reject).once("exit", gone);
    thread.postMessage("next");
  });
}
