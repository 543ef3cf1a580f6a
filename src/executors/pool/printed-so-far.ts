import { createReadStream, statSync, watch } from "node:fs";
import { Readable } from "node:stream";
import type { OutputStream, PrintedBytes, PrintedSoFar } from "../executor.ts";
import type { PoolWorker } from "./pool-worker.ts";

/**
 * What an attempt has printed so far: its range of its worker's output files. The spool says where it begins, and where it ends
 * once it has: from there on the file holds what the worker's next attempt prints.
 */
export function printedSoFar(worker: PoolWorker, token: string): PrintedSoFar {
  // Before the look into the spool, where an attempt's end is written before the next one prints: what is there by now and
  // belongs to the next one is told apart.
  const sizes = { stdout: sizeOf(worker.files.stdout), stderr: sizeOf(worker.files.stderr) };
  const { started, result } = worker.spoolNow()?.get(token) ?? { started: null, result: null };
  const range = (stream: OutputStream): PrintedBytes => {
    const start = started?.[stream] ?? Number.POSITIVE_INFINITY;
    const end = Math.min(sizes[stream], result?.record[stream].end ?? Number.POSITIVE_INFINITY);
    return bytesOf(worker.files[stream], start, Math.max(0, end - start));
  };
  return { stdout: range("stdout"), stderr: range("stderr") };
}

function bytesOf(path: string, first: number, size: number): PrintedBytes {
  return {
    size,
    read: (start, end) =>
      start >= end
        ? Readable.from([])
        : createReadStream(path, { start: first + start, end: first + end - 1 }),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Calls back when a file of a worker has changed. Gives the way to stop. */
export function watchOutput(directory: string, changed: () => void): () => void {
  const watcher = watch(directory, { persistent: false }, (_, name) => {
    if (name === null || name.startsWith("worker-")) changed();
  });
  // A directory that somebody removes is made again; readers are then told by the next event of their node.
  watcher.on("error", () => watcher.close());
  return () => watcher.close();
}
