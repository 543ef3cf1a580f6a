import { DatabaseSync } from "node:sqlite";
import { parentPort } from "node:worker_threads";
import { messageOf } from "./fault.ts";
import type { RowAnswer, RowQuestion } from "./row-look.ts";

/** The program of the thread that looks into users' databases (row-look.ts). */
const port = parentPort;
if (port === null) throw new Error("this file is the program of a thread");

port.on("message", (question: RowQuestion) => port.postMessage(answer(question)));

function answer({ id, path, query }: RowQuestion): RowAnswer {
  try {
    // Opened anew each time: the file may have been replaced, and nobody is kept from removing it.
    const connection = new DatabaseSync(path, {
      readOnly: true,
      timeout: 1_000,
      readBigInts: true,
      enableDoubleQuotedStringLiterals: true,
    });
    try {
      return { id, found: connection.prepare(query).get() !== undefined };
    } finally {
      connection.close();
    }
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}
