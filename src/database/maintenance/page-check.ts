import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Finding } from "../diagnosis/finding.ts";

/**
 * Reads every page of a database in a thread of its own, because SQLite does that on one processor, and whoever asks has other
 * things to look at meanwhile. Nobody may be writing. If the process dies, nothing was changed.
 */
export interface PageCheck {
  /** What is wrong; settles when the thread has ended. */
  readonly findings: Promise<readonly Finding[]>;
}

/** What the thread is started with. */
export interface PageCheckStart {
  readonly path: string;
}

/** What it answers, once. */
export type PageCheckAnswer =
  | { readonly findings: readonly Finding[] }
  /** Why the file could not be read. */
  | { readonly error: unknown };

/** The running program has its own extension: `.ts` from the sources, `.js` when built. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./page-check-program.ts" : "./page-check-program.js",
  import.meta.url,
);

export function startPageCheck(path: string): PageCheck {
  const findings = answerOf(new Worker(PROGRAM, { workerData: { path } satisfies PageCheckStart }));
  // Whoever asks may fail before they come to wait for it; that is what they report then.
  findings.catch(() => {});
  return { findings };
}

async function answerOf(worker: Worker): Promise<readonly Finding[]> {
  let answer: PageCheckAnswer | undefined;
  worker.on("message", (message: PageCheckAnswer) => {
    answer = message;
  });
  const [code] = await once(worker, "exit");
  if (answer === undefined) throw new Error(`the thread that reads the file ended with code ${code}`);
  if ("error" in answer) throw answer.error;
  return answer.findings;
}
