import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Finding } from "../diagnosis/finding.ts";
import { checkOnly } from "../diagnosis/integrity.ts";
import { pageFindings } from "./page-findings.ts";

/**
 * Reads every page of a database, half of it in a thread of its own, because SQLite does that on one processor, and whoever asks has
 * other things to look at meanwhile. Nobody may be writing. If the process dies, nothing was changed.
 */
export interface PageCheck {
  /** Reads the other half, here and now; says what is wrong when the thread has ended too. */
  finish(): Promise<readonly Finding[]>;
}

/** To read these is half of the work: the first has a row, and two entries in indexes, for each file of each electron. */
export const READ_APART = ["electron_assets", "electrons"];

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
  return {
    async finish() {
      const here = pageFindings(path, (reader) => checkOnly(reader, READ_APART));
      return [...here, ...(await findings)];
    },
  };
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
