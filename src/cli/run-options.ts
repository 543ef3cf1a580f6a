import { type Duration, parseDuration } from "../model/duration.ts";
import { CovalentError } from "../model/errors.ts";
import type { RunOptions } from "../submission/node-options.ts";

/** What `run`, `dispatch` and `redispatch` take in place of what the lattice says. */
export interface RunFlags {
  readonly priority?: string;
  readonly deadline?: string;
}

/** @throws {CovalentError} `USAGE`, `INVALID_DURATION` */
export function runOptions({ priority, deadline }: RunFlags): RunOptions {
  return {
    ...(priority !== undefined && { priority: readPriority(priority) }),
    ...(deadline !== undefined && { deadline: readDeadline(deadline) }),
  };
}

function readPriority(text: string): number {
  const priority = Number(text);
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(priority)) return priority;
  throw new CovalentError("USAGE", {
    reason: `--priority must be a whole number, not ${text}`,
    advice: "Of what is ready the highest goes first; 0 is usual, and it may be negative: --priority -1.",
  });
}

function readDeadline(text: string): Duration {
  const deadline = (/^\d+$/.test(text) ? Number(text) : text) as Duration;
  if (parseDuration(deadline) > 0) return deadline;
  throw new CovalentError("USAGE", {
    reason: "--deadline must be longer than 0",
    advice: "For example --deadline 2h.",
  });
}
