import { parentPort, workerData } from "node:worker_threads";
import { checkAllBut } from "../diagnosis/integrity.ts";
import { type PageCheckAnswer, type PageCheckStart, READ_APART } from "./page-check.ts";
import { pageFindings } from "./page-findings.ts";

/** The program of the thread that reads the pages of a database: answers once, and ends. */

const { path } = workerData as PageCheckStart;

function answer(): PageCheckAnswer {
  try {
    return { findings: pageFindings(path, (reader) => checkAllBut(reader, READ_APART)) };
  } catch (error) {
    return { error };
  }
}

parentPort?.postMessage(answer());
