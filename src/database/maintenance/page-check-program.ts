import { parentPort, workerData } from "node:worker_threads";
import { diagnoseFault } from "../diagnosis/diagnosis.ts";
import type { Finding } from "../diagnosis/finding.ts";
import { checkIntegrity } from "../diagnosis/integrity.ts";
import { openReadOnly } from "../dialects/sqlite/look.ts";
import type { PageCheckAnswer, PageCheckStart } from "./page-check.ts";

/** The program of the thread that reads every page of a database: answers once, and ends. */

const { path } = workerData as PageCheckStart;

function answer(): PageCheckAnswer {
  try {
    return { findings: findings() };
  } catch (error) {
    return { error };
  }
}

function findings(): readonly Finding[] {
  const connection = openReadOnly(path);
  try {
    return checkIntegrity(connection).map(({ finding }) => finding);
  } catch (error) {
    return diagnoseFault(error).findings;
  } finally {
    connection.close();
  }
}

parentPort?.postMessage(answer());
