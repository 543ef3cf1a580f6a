import { parentPort, workerData } from "node:worker_threads";
import { CompiledQuery, type Kysely } from "kysely";
import type { Tables } from "../../tables.ts";
import { openReader, openWriter } from "./connection.ts";
import { messageOf } from "./fault.ts";
import { kyselyOn } from "./kysely.ts";
import type { Answer, Request, ThreadOptions } from "./thread.ts";
import { groupRunner } from "./transaction.ts";

/**
 * The program of a database thread: it has a connection of its own and does, one at a time, what would stop the event loop:
 * commits that wait for the disk, checkpoints, and queries over many rows.
 */
const port = parentPort;
if (port === null) throw new Error("this file is the program of a thread");

const { path, durability } = workerData as ThreadOptions;
const connection = openWriter(path, durability);
const run = groupRunner(connection);

/** Long enough to get past a commit of the writer, which itself tries again later. */
const CHECKPOINT_PATIENCE_MS = 200;

// Requests are answered in the order in which they came: the next one waits for the one before.
let last: Promise<void> = Promise.resolve();
port.on("message", (request: Request) => {
  last = last.then(async () => {
    port.postMessage(await answer(request));
    if (request.work.kind === "close") port.close();
  });
});

async function answer({ id, work }: Request): Promise<Answer> {
  try {
    switch (work.kind) {
      case "commit":
        return { id, result: await run(work.units) };
      case "checkpoint":
        checkpoint(work.cutOff);
        return { id };
      case "vacuum":
        vacuum();
        return { id };
      case "read":
        return { id, rows: await read(work.sql, work.parameters) };
      case "close":
        await reader?.destroy();
        connection.close();
        return { id };
    }
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}

let reader: Kysely<Tables> | undefined;

/** On a connection of its own, which cannot write. */
async function read(sql: string, parameters: readonly unknown[]): Promise<readonly unknown[]> {
  reader ??= kyselyOn(openReader(path));
  return (await reader.executeQuery(CompiledQuery.raw(sql, [...parameters]))).rows;
}

/** Long enough to get past any commit: the writer, which waits for nobody, tries again when this has begun. */
const VACUUM_PATIENCE_MS = 10_000;

/** The part of a file that has to be free: writing it anew for less would hold the writer up for little. New rows fill what stays. */
const WORTH_IT = 0.05;

/** If the process dies meanwhile, the file is what it was: SQLite takes back what was not finished. */
function vacuum(): void {
  const free = pragma("freelist_count") / Math.max(1, pragma("page_count"));
  connection.exec(`PRAGMA busy_timeout = ${VACUUM_PATIENCE_MS}`);
  if (free >= WORTH_IT) connection.exec("VACUUM");
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

function pragma(name: "freelist_count" | "page_count"): number {
  return Number(connection.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/**
 * PASSIVE moves the log while the writer goes on; TRUNCATE the rest, for which the writer has to wait, and empties it.
 *
 * If the process dies meanwhile, the log is still complete: SQLite reads it again when the file is next opened.
 */
function checkpoint(cutOff: boolean): void {
  connection.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(PASSIVE)");
  if (cutOff)
    connection.exec(`PRAGMA busy_timeout = ${CHECKPOINT_PATIENCE_MS}; PRAGMA wal_checkpoint(TRUNCATE)`);
}
