import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { DoctorReport } from "./diagnosis/doctor.ts";
import type { QuarantinedRows } from "./diagnosis/quarantine.ts";
import { errorOf, type failureOf } from "./maintenance/thread-failure.ts";

/** What the doctor says of a database, and what is kept aside of it. */
export interface DatabaseReport {
  readonly doctor: DoctorReport;
  readonly quarantine: readonly QuarantinedRows[];
}

export type ReportAnswer =
  | { readonly report: DatabaseReport }
  | { readonly failure: ReturnType<typeof failureOf> };

/** The running program has its own extension: `.ts` from the sources, `.js` when built. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./report-program.ts" : "./report-program.js",
  import.meta.url,
);

/**
 * Looks at everything of a database, in a thread of its own: over a million rows that takes seconds. Read-only; the database may be
 * in use.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_UNUSABLE`
 */
export async function reportOn(path: string): Promise<DatabaseReport> {
  const worker = new Worker(PROGRAM, { workerData: path });
  let answer: ReportAnswer | undefined;
  worker.on("message", (message: ReportAnswer) => {
    answer = message;
  });
  const [code] = await once(worker, "exit");
  if (answer === undefined) throw new Error(`the thread that looks at the database ended with code ${code}`);
  if ("failure" in answer) throw errorOf(answer.failure);
  return answer.report;
}
