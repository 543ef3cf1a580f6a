import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Failure } from "../../model/failure.ts";

/** What a worker process ended with; unknown for one that an earlier server had started. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Bytes: V8's last words are in the tail of what the process wrote to stderr. */
const TAIL = 16 * 1024;

/** Characters of a last line. */
const MAX_LAST_LINE = 1_000;

/**
 * The failure of the attempt that a worker ran when it died: says what happened to the process.
 *
 * @param stderrFrom where in the file the attempt's own output begins: an earlier one's explains nothing
 */
export function deathOf(pid: number, end: ProcessEnd | null, stderrPath: string, stderrFrom = 0): Failure {
  const { exitCode = null, signal = null } = end ?? {};
  const tail = readTail(stderrPath, stderrFrom);
  return {
    kind: "lost",
    name: "WorkerDied",
    message: `the worker process (pid ${pid}) ${describeEnd(end)} while it ran this task${hint(signal, tail)}`,
    exitCode,
    signal,
  };
}

/** The failure of the attempt in whose worker nothing works as it should any more. */
export function brokenBy(pid: number): Failure {
  const message =
    `the worker process (pid ${pid}) was killed: what it sent while it ran this task is no message. ` +
    "Does the task write to file descriptors that are not its own, or replace what all of JavaScript uses (methods of Buffer, say)?";
  return { kind: "lost", name: "WorkerBroken", message };
}

/** What the process did, to be put behind its name. */
export function describeEnd(end: ProcessEnd | null): string {
  if (end === null) return "ended";
  if (end.signal !== null) return `was ended by ${end.signal}`;
  return `exited with code ${end.exitCode}`;
}

function hint(signal: NodeJS.Signals | null, tail: string): string {
  if (/heap out of memory|invalid array length Allocation failed/i.test(tail)) {
    return ": it ran out of memory (the JavaScript heap limit; NODE_OPTIONS=--max-old-space-size=<MB> raises it)";
  }
  if (signal === "SIGKILL") return ": somebody killed it, or the machine ran out of memory";
  if (signal === "SIGSEGV" || signal === "SIGBUS" || signal === "SIGILL") return ": native code crashed";
  if (signal === "SIGABRT") return ": it aborted; its stderr may say why";
  const words = lastLineOf(tail);
  return words === "" ? "" : `; the last line of its stderr: ${words}`;
}

/** The last words of a process: the last line it wrote to stderr. */
export function lastLine(stderrPath: string): string {
  return lastLineOf(readTail(stderrPath, 0));
}

function lastLineOf(text: string): string {
  const line = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return line.slice(0, MAX_LAST_LINE).toWellFormed();
}

function readTail(path: string, from: number): string {
  try {
    const fd = openSync(path, "r");
    try {
      const start = Math.max(from, fstatSync(fd).size - TAIL);
      const buffer = Buffer.alloc(TAIL);
      return buffer.toString("utf8", 0, readSync(fd, buffer, 0, TAIL, start));
    } finally {
      closeSync(fd);
    }
  } catch {
    return "";
  }
}
