import { type Duration, parseDuration } from "../model/duration.ts";

/**
 * What is worth another attempt: the name of an error class, or the class itself (those that extend it included); `"timeout"`; or
 * `"infrastructure"`, when the executor could not run it.
 */
export type RetryCause =
  | "timeout"
  | "infrastructure"
  | (string & {})
  | (abstract new (
      ...args: never[]
    ) => Error);

/**
 * How often, when and after what a failed attempt is followed by another one.
 *
 * @example
 * import { electron, type RetryOptions } from "covalent-ts";
 *
 * const patient: RetryOptions = { count: 5, delay: "2s", maxDelay: "1m", retryOn: ["timeout", TypeError] };
 * export const fetchPage = electron({ retries: patient }, async (url: string) => (await fetch(url)).text());
 */
export interface RetryOptions {
  /** How many attempts may follow the first one. */
  readonly count: number;
  /** The wait before the second attempt; none when absent. */
  readonly delay?: Duration | undefined;
  /** Each further wait is so many times as long as the one before, 1 or more; 2 when absent. */
  readonly factor?: number | undefined;
  /** No wait is longer; an hour when absent. */
  readonly maxDelay?: Duration | undefined;
  /** The part of a wait that is left to chance, 0 to 1; 0.1 when absent: a wait of 10 s is then between 9 s and 11 s. */
  readonly jitter?: number | undefined;
  /**
   * Only after these; after every error of the function and every timeout when absent. A function is asked in the worker, with what
   * the electron threw; timeouts are then tried again.
   */
  readonly retryOn?: readonly RetryCause[] | ((error: unknown) => boolean | Promise<boolean>) | undefined;
}

/** What is wrong with the option `retries`, or `undefined`. */
export function wrongRetries(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) {
    return isCount(value)
      ? undefined
      : "must be a whole number, 0 or more, or an object { count, delay, ... }";
  }
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(RULES, key));
  if (unknown !== undefined) return `has no ${unknown}; there are ${Object.keys(RULES).join(", ")}`;
  const given = value as Readonly<Record<string, unknown>>;
  for (const [key, rule] of Object.entries(RULES)) {
    const wrong = given[key] === undefined && key !== "count" ? undefined : rule(given[key]);
    if (wrong !== undefined) return `${wrong} (${key})`;
  }
  return undefined;
}

type Rule = (value: unknown) => string | undefined;

const duration: Rule = (value) => {
  if (typeof value !== "number" && typeof value !== "string")
    return 'must have a duration such as "2s" or 500 (ms)';
  parseDuration(value as Duration);
  return undefined;
};

const RULES: Readonly<Record<keyof RetryOptions, Rule>> = {
  count: (value) => (isCount(value) ? undefined : "must have a whole number, 0 or more"),
  delay: duration,
  factor: (value) => (isNumber(value) && value >= 1 ? undefined : "must have a number, 1 or more"),
  maxDelay: duration,
  jitter: (value) =>
    isNumber(value) && value >= 0 && value <= 1 ? undefined : "must have a number from 0 to 1",
  retryOn: (value) =>
    typeof value === "function" || (Array.isArray(value) && value.every(isCause))
      ? undefined
      : 'must have a list of error classes, their names, "timeout" or "infrastructure", or a function',
};

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isCause(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || (typeof value === "function" && value.name !== "");
}
