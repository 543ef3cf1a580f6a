import type { Failure } from "../../model/failure.ts";
import type { OutputRange, StartedRecord } from "../../worker/protocol.ts";
import type { SpooledResult } from "../../worker/spool.ts";
import type { Outcome, ProducedPayload } from "../executor.ts";
import { readLog } from "./attempt-logs.ts";
import type { HeldAttempt } from "./held-attempt.ts";
import type { PoolWorker } from "./pool-worker.ts";

type Logs = { stdout?: ProducedPayload; stderr?: ProducedPayload };

/** The outcome of an attempt whose worker has reported its end: at once, unless it has printed something. */
export function outcomeOfResult(
  held: HeldAttempt,
  worker: PoolWorker,
  { record, body }: SpooledResult,
  stagingDirectory: string,
): Outcome | Promise<Outcome> {
  if (isEmpty(record.stdout) && isEmpty(record.stderr)) return reported(held, { record, body }, {});
  return readLogs(held, worker, record, stagingDirectory).then((logs) =>
    reported(held, { record, body }, logs),
  );
}

function isEmpty({ start, end }: OutputRange): boolean {
  return end <= start;
}

function reported(held: HeldAttempt, { record, body }: SpooledResult, logs: Logs): Outcome {
  const { startedAt, endedAt, outcome } = record;
  const ended = { startedAt, endedAt, ...logs };
  if (outcome.status === "failed") {
    // Told to end, it ended: by an error (its signal's, most likely), or by process.exit.
    if (held.stopping !== null) return stopped(held, ended);
    return { ...ended, status: "failed", failure: outcome.failure };
  }
  const { file, ...output } = outcome.output;
  return {
    ...ended,
    status: "completed",
    output: file === null ? { ...output, inline: body } : { ...output, file },
  };
}

/** The outcome of an attempt whose worker died while it ran, because it was killed for it or by itself. */
export async function outcomeOfDeath(
  held: HeldAttempt,
  worker: PoolWorker,
  started: StartedRecord,
  failure: Failure,
  stagingDirectory: string,
): Promise<Outcome> {
  const toEnd = (start: number): OutputRange => ({ start, end: Number.POSITIVE_INFINITY });
  const ranges = { stdout: toEnd(started.stdout), stderr: toEnd(started.stderr) };
  const logs = await readLogs(held, worker, ranges, stagingDirectory);
  const ended = { startedAt: started.at, endedAt: Date.now(), ...logs };
  return held.stopping === null ? { ...ended, status: "failed", failure } : stopped(held, ended);
}

/** The outcome of an attempt that never started. */
export function cancelledUnstarted(): Outcome {
  return { status: "cancelled", startedAt: null, endedAt: Date.now() };
}

/** An attempt of which nothing is left but that it once had a place, and that it no longer runs. */
export function lostWithoutTrace(held: HeldAttempt, reason: string): Outcome {
  const ended = { startedAt: null, endedAt: Date.now() };
  if (held.stopping !== null) return stopped(held, ended);
  return { ...ended, status: "failed", failure: { kind: "lost", name: "AttemptLost", message: reason } };
}

/** An attempt that the executor could not run. */
export function failedBy(name: string, message: string): Outcome {
  return {
    status: "failed",
    startedAt: null,
    endedAt: Date.now(),
    failure: { kind: "executor", name, message },
  };
}

function stopped(held: HeldAttempt, ended: { startedAt: number | null; endedAt: number } & Logs): Outcome {
  if (held.stopping === "cancel") return { ...ended, status: "cancelled" };
  const message = `the task ran longer than its timeout of ${held.spec.timeoutMs} ms and was killed`;
  return { ...ended, status: "failed", failure: { kind: "timeout", name: "Timeout", message } };
}

async function readLogs(
  { spec }: HeldAttempt,
  { files }: PoolWorker,
  ranges: { readonly stdout: OutputRange; readonly stderr: OutputRange },
  stagingDirectory: string,
): Promise<Logs> {
  const stdout = await readLog(files.stdout, ranges.stdout, stagingDirectory, `stdout-${spec.token}`);
  const stderr = await readLog(files.stderr, ranges.stderr, stagingDirectory, `stderr-${spec.token}`);
  return { ...(stdout && { stdout }), ...(stderr && { stderr }) };
}
