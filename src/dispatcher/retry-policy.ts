import type { Failure } from "../model/failure.ts";
import type { NodeOptions } from "../model/manifest.ts";
import type { AttemptTally } from "./attempt-tally.ts";

/** How often an attempt may be lost (its worker or host died) before its node fails: losing it says nothing about the task. */
const LOST_ATTEMPTS = 3;

const DEFAULT_FACTOR = 2;
const DEFAULT_JITTER = 0.1;
/** Waits grow no longer than this unless they begin longer, or the electron says otherwise. */
const LONGEST_WAIT_MS = 3_600_000;

/** What follows from a failed attempt: another one after a wait (milliseconds), or the end of the node. */
export type Verdict =
  | { readonly again: true; readonly delayMs: number }
  | { readonly again: false; readonly failure: Failure };

/**
 * Counts a failed attempt and decides what follows. A lost attempt uses none of the retries and is tried again at once, so many
 * times at most, or never where the electron must run at most once.
 *
 * @param chance gives a number from 0 to 1, for the jitter
 */
export function judge(
  tally: AttemptTally,
  failure: Failure,
  options: NodeOptions,
  chance: () => number = Math.random,
): Verdict {
  if (failure.kind === "lost") return judgeLost(tally, failure, options);
  if (!isRetryable(failure, options.retry?.on)) return { again: false, failure };
  tally.counted += 1;
  if (tally.counted > (options.retries ?? 0)) return { again: false, failure };
  return { again: true, delayMs: waitBefore(tally.counted, options.retry, chance) };
}

function judgeLost(tally: AttemptTally, failure: Failure, options: NodeOptions): Verdict {
  tally.lost += 1;
  const allowed = options.lost_attempts ?? LOST_ATTEMPTS;
  if (options.at_most_once !== true && tally.lost <= allowed) return { again: true, delayMs: 0 };
  const why =
    options.at_most_once === true
      ? "it is not run again, for it may have done its work already (atMostOnce)"
      : `so many of its attempts were lost: ${tally.lost}`;
  return { again: false, failure: { ...failure, message: `${failure.message}; ${why}` } };
}

/** Errors of the function and timeouts, or what the electron has chosen; what only repeats itself is not tried again. */
function isRetryable({ kind, name, classes = [], retryable }: Failure, on?: readonly string[]): boolean {
  if (retryable !== undefined) return retryable;
  if (on === undefined) return kind === "user-error" || kind === "timeout";
  if (kind === "timeout") return on.includes("timeout");
  if (kind === "executor") return on.includes("infrastructure");
  return kind === "user-error" && (on.includes(name) || classes.some((each) => on.includes(each)));
}

/** The wait before retry number 1, 2, 3, ... */
function waitBefore(retry: number, options: NodeOptions["retry"], chance: () => number): number {
  const {
    delay_ms: first = 0,
    factor = DEFAULT_FACTOR,
    max_delay_ms: longest = Math.max(LONGEST_WAIT_MS, first),
    jitter = DEFAULT_JITTER,
  } = options ?? {};
  const wait = Math.min(first * factor ** (retry - 1), longest);
  return Math.round(Math.min(wait * (1 + jitter * (2 * chance() - 1)), longest));
}
