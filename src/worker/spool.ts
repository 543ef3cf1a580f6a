import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { BrokenFrame, createFrameReader, encodeFrame } from "./frames.ts";
import type { ResultRecord, SpoolRecord, StartedRecord } from "./protocol.ts";

/**
 * The spool: one append-only file in which a worker writes that it starts an attempt and how it ended, each before it acts on
 * it. It is written with plain `write`s and not synced: it survives the death of the worker and of the server, not a power
 * cut. A record cut short by death counts as not written.
 */
export interface SpoolWriter {
  /** Bytes written so far, or deferred. */
  readonly size: number;
  /** Somebody has removed the file: what is appended is read by nobody. */
  readonly isGone: boolean;
  append(frame: Buffer): void;
  /** Writes it together with the next one, or when {@link flush} is called: to be called before anybody else's code runs. */
  defer(frame: Buffer): void;
  flush(): void;
}

/** Opens a spool for appending. */
export function openSpool(path: string): SpoolWriter {
  const fd = openSync(path, "a", 0o600);
  let size = fstatSync(fd).size;
  let deferred: Buffer | null = null;
  const write = (bytes: Buffer): void => {
    deferred = null;
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
  };
  return {
    get size() {
      return size;
    },
    get isGone() {
      return fstatSync(fd).nlink === 0;
    },
    append(frame) {
      size += frame.length;
      write(deferred === null ? frame : Buffer.concat([deferred, frame]));
    },
    defer(frame) {
      size += frame.length;
      deferred = deferred === null ? frame : Buffer.concat([deferred, frame]);
    },
    flush() {
      if (deferred !== null) write(deferred);
    },
  };
}

/** A record as a frame. */
export function encodeRecord(record: SpoolRecord, body?: Uint8Array): Buffer {
  return encodeFrame(record, body === undefined ? [] : [body]);
}

/** What a spool says of one attempt. Neither: its worker had not started it. */
export interface SpooledAttempt {
  readonly started: StartedRecord | null;
  readonly result: SpooledResult | null;
}

export interface SpooledResult {
  readonly record: ResultRecord;
  readonly body: Buffer;
}

const CHUNK = 1024 * 1024;

/**
 * Reads a spool from an offset on, by attempt. It ends where the first record is cut short or cannot be read.
 *
 * @returns `undefined` when there is no such file.
 * @throws the error of the file system when it cannot be read now.
 */
export function readSpool(path: string, from = 0): ReadonlyMap<string, SpooledAttempt> | undefined {
  const fd = openForReading(path);
  if (fd === undefined) return undefined;
  const attempts = new Map<string, SpooledAttempt>();
  const read = createFrameReader(({ header, body }) => note(attempts, header as SpoolRecord, body));
  try {
    for (let position = from; ; ) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const length = readSync(fd, chunk, 0, CHUNK, position);
      if (length === 0) return attempts;
      read(chunk.subarray(0, length));
      position += length;
    }
  } catch (error) {
    // A power cut may leave such an end, and nothing behind it can be trusted.
    if (error instanceof BrokenFrame) return attempts;
    throw error;
  } finally {
    closeSync(fd);
  }
}

function openForReading(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    // ENOTDIR: its directory has been removed, and something else is in its place.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function note(attempts: Map<string, SpooledAttempt>, record: SpoolRecord, body: Buffer): void {
  if (record.kind === "started") attempts.set(record.token, { started: record, result: null });
  else if (record.kind === "unstarted") attempts.delete(record.token);
  // The first result counts: a task that calls process.exit from an exit listener may leave a second one.
  else if (attempts.get(record.token)?.result == null) {
    attempts.set(record.token, {
      started: attempts.get(record.token)?.started ?? null,
      result: { record, body },
    });
  }
}
