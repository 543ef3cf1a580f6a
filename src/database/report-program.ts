import { parentPort, workerData } from "node:worker_threads";
import { doctor } from "./diagnosis/doctor.ts";
import { listQuarantine } from "./diagnosis/quarantine.ts";
import { failureOf } from "./maintenance/thread-failure.ts";
import type { ReportAnswer } from "./report.ts";

/** The program of the thread that looks at everything of a database (report.ts). */
const path = String(workerData);

async function answer(): Promise<ReportAnswer> {
  try {
    return { report: { doctor: await doctor(path), quarantine: await listQuarantine(path) } };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

parentPort?.postMessage(await answer());
