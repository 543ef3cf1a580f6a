import type { Outcome, ProducedPayload } from "../executors/executor.ts";
import type { AttemptEnded, AttemptPlaced, StoredNode } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import { Advance, type Ending } from "./advance.ts";
import { noteOnExecutor } from "./executor-choice.ts";
import { isKept } from "./produced.ts";
import { cacheChange, cacheQuestion } from "./result-cache.ts";
import { judge } from "./retry-policy.ts";

type Logs = Pick<AttemptEnded, "stdout" | "stderr">;

/** Puts what an attempt made where it belongs. */
export type StorePayload = (payload: ProducedPayload) => Promise<PayloadRef>;

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly active: ActiveDispatch;
  readonly node: StoredNode;
  readonly number: number;
  readonly token: string;
  readonly outcome: Outcome;
  /** The executor that gave it no place: it is not on record yet. `null` once it has had one. */
  readonly unplacedOn: string | null;
}

/** What an attempt's end comes to: changes for one commit, and after which wait (milliseconds) the node has another attempt. */
export interface Settlement {
  readonly advance: Advance;
  /** Absent when the node has ended. */
  readonly againAfterMs?: number;
}

/** What an attempt made, stored. */
interface Made extends Logs {
  readonly output?: PayloadRef;
}

/**
 * Decides what follows from an attempt's end: at once, unless the attempt made something that has to be stored first. If the process
 * dies before the commit, an unused file is left, and the executor tells the outcome once more.
 */
export function settle(ended: EndedAttempt, store: StorePayload): Settlement | Promise<Settlement> {
  const made = madeAtOnce(ended);
  if (made !== undefined) return decide(ended, made);
  return storeMade(ended, store).then(
    (stored) => decide(ended, stored),
    (error) => decide(lostOutput(ended, error), {}),
  );
}

/** Somebody has removed the file that the attempt wrote: nothing is left of it. Rethrows what else has gone wrong. */
function lostOutput(ended: EndedAttempt, error: unknown): EndedAttempt {
  if (!isGone(error) || ended.outcome.status !== "completed") throw error;
  const { startedAt, endedAt } = ended.outcome;
  const message =
    "what it returned was removed from the staging directory of the asset store before it was stored";
  const failure = { kind: "lost", name: "OutputLost", message } as const;
  return { ...ended, outcome: { status: "failed", startedAt, endedAt, failure } };
}

function isGone(error: unknown): boolean {
  return error instanceof CovalentError && error.code === "ASSET_NOT_FOUND";
}

/** `undefined` when something has to be stored. */
function madeAtOnce({ outcome, node }: EndedAttempt): Made | undefined {
  if (outcome.status === "returned") return {};
  if (outcome.stdout !== undefined || outcome.stderr !== undefined) return undefined;
  if (outcome.status !== "completed" || node.type === "sublattice") return {};
  return isKept(outcome.output) ? { output: outcome.output } : undefined;
}

/** In one go, so that whoever asks the node to end meanwhile finds it either under way or decided. */
function decide(ended: EndedAttempt, made: Made): Settlement {
  const { active, node, outcome } = ended;
  const at = Date.now();
  const advance = new Advance(active.state, at);
  active.underWay.delete(node.nodeId);
  const stopped = active.stopReason(node.nodeId);
  if (ended.unplacedOn !== null && outcome.status === "failed")
    advance.changes.push(attemptRefused(ended, ended.unplacedOn, at));
  advance.changes.push(attemptEnded(ended, made, at));
  const ending: Ending =
    "startedAt" in outcome && outcome.startedAt !== null ? { startedAt: outcome.startedAt } : {};
  const note = noteOnExecutor(active.state.stored.language, node);
  const noted = note === undefined ? ending : { ...ending, reason: note };
  // What the attempt of a sublattice made is a dispatch, and registered: that has not completed yet.
  if (outcome.status === "completed" && node.type === "sublattice" && stopped === undefined) {
    advance.dispatching(node.nodeId, noted);
  } else if (outcome.status === "completed" && node.type !== "sublattice") {
    if (made.output === undefined) throw new Error(`attempt ${ended.token} has no output`);
    if (isCacheKey(made.output)) return keyKnown(ended, advance, made.output);
    const cache = cacheQuestion(active, node);
    advance.complete(node.nodeId, made.output, cache ? { ...noted, cache: { ...cache, hit: null } } : noted);
    // Behind the output: the cache points at it.
    if (cache !== undefined) advance.changes.push(cacheChange(active, node, cache, at));
  } else if (stopped !== undefined) {
    // However it ended: it was asked to, and has not completed.
    advance.cancel(node.nodeId, stopped, ending);
  } else if (outcome.status === "returned") return { advance, againAfterMs: 0 };
  else if (outcome.status !== "failed") advance.cancel(node.nodeId, "cancelled", ending);
  else {
    const verdict = judge(active.tally(node), outcome.failure, node.options);
    if (verdict.again) return { advance, againAfterMs: planned(advance, ended, verdict.delayMs, at) };
    advance.fail(node.nodeId, verdict.failure, ending);
  }
  advance.finishDispatch();
  return { advance };
}

/** What comes back from asking an electron for its key is no result: nothing else of a TypeScript electron is a plain text. */
function isCacheKey({ codec }: PayloadRef): boolean {
  return codec === "text";
}

/** The node has its turn once more: to be looked for in the cache, and run when it is not there. */
function keyKnown({ active, node }: EndedAttempt, advance: Advance, { digest }: PayloadRef): Settlement {
  active.cacheKeys.set(node.nodeId, digest);
  return { advance, againAfterMs: 0 };
}

/** The wait is durable in the commit of the attempt's end: a server that starts meanwhile waits for what is left of it. */
export function planned(
  advance: Advance,
  { active, node }: Pick<EndedAttempt, "active" | "node">,
  delayMs: number,
  at: number,
): number {
  if (delayMs > 0) {
    const wait = { at: at + delayMs, delayMs };
    advance.changes.push({ kind: "retry-planned", dispatch: active.state.stored.row, node: node.row, wait });
  }
  return delayMs;
}

/** What failed before it had a place counts like any other: also for a server that starts meanwhile, and for people who look. */
function attemptRefused(
  { active, node, number, token }: EndedAttempt,
  executor: string,
  at: number,
): AttemptPlaced {
  const dispatch = active.state.stored.row;
  return { kind: "attempt-placed", dispatch, node: node.row, number, token, executor, handle: null, at };
}

function attemptEnded({ node, number, token, outcome }: EndedAttempt, made: Made, at: number): AttemptEnded {
  const attempt = { kind: "attempt-ended", node: node.row, number, token } as const;
  if (outcome.status === "returned") return { ...attempt, status: "RETURNED", startedAt: null, endedAt: at };
  const { startedAt, endedAt } = outcome;
  const { output: _, ...logs } = made;
  const run = { ...attempt, startedAt, endedAt, ...logs };
  if (outcome.status === "failed") return { ...run, status: "FAILED", failure: outcome.failure };
  return { ...run, status: outcome.status === "completed" ? "COMPLETED" : "CANCELLED" };
}

async function storeMade(ended: EndedAttempt, store: StorePayload): Promise<Made> {
  const { outcome } = ended;
  if (outcome.status === "returned") return {};
  const logs = await storedLogs(outcome, store);
  if (outcome.status !== "completed") return logs;
  if (ended.node.type === "sublattice") return logs;
  return { ...logs, output: isKept(outcome.output) ? outcome.output : await store(outcome.output) };
}

async function storedLogs(
  { stdout, stderr }: Exclude<Outcome, { status: "returned" }>,
  store: StorePayload,
): Promise<Logs> {
  const [out, err] = [await storedLog(stdout, store), await storedLog(stderr, store)];
  return { ...(out === undefined ? {} : { stdout: out }), ...(err === undefined ? {} : { stderr: err }) };
}

/** Absent when it is empty, or when somebody has removed it: nobody's work depends on it. */
async function storedLog(
  log: ProducedPayload | undefined,
  store: StorePayload,
): Promise<PayloadRef | undefined> {
  if (log === undefined) return undefined;
  try {
    return await store(log);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
