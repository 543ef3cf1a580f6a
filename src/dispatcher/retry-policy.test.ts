import { expect, test } from "vitest";
import type { Failure, FailureKind } from "../model/failure.ts";
import type { NodeOptions } from "../model/manifest.ts";
import { judge } from "./retry-policy.ts";

const failure = (kind: FailureKind): Failure => ({ kind, name: "E", message: "m" });

function tries(kind: FailureKind, retries: number, options: NodeOptions = {}): number {
  const tally = { last: 0, counted: 0, lost: 0 };
  let attempts = 1;
  while (judge(tally, failure(kind), { retries, ...options }).again) attempts++;
  return attempts;
}

test("user errors and timeouts are tried again as often as asked", () => {
  expect(tries("user-error", 0)).toBe(1);
  expect(tries("user-error", 2)).toBe(3);
  expect(tries("timeout", 2)).toBe(3);
});

test("a lost attempt runs again without using a retry, three times at most", () => {
  expect(tries("lost", 0)).toBe(4);
});

test("what would only repeat itself is not tried again", () => {
  for (const kind of ["input", "output", "code", "executor"] as const) expect(tries(kind, 5)).toBe(1);
});

test("a lost attempt is tried again as often as the electron allows, whatever its retries", () => {
  expect(tries("lost", 5, { lost_attempts: 0 })).toBe(1);
  expect(tries("lost", 0, { lost_attempts: 7 })).toBe(8);
});

test("an electron that runs at most once is not tried again when an attempt was lost, and says why", () => {
  expect(tries("lost", 2, { at_most_once: true, lost_attempts: 5 })).toBe(1);
  const tally = { last: 1, counted: 0, lost: 0 };
  expect(judge(tally, failure("lost"), { at_most_once: true })).toMatchObject({
    again: false,
    failure: { message: expect.stringContaining("atMostOnce") },
  });
});

test("only what was chosen is tried again", () => {
  const on = (...names: string[]) => ({ retry: { on: names } });
  expect(tries("user-error", 1, on("E"))).toBe(2);
  expect(tries("user-error", 1, on("Other", "timeout", "infrastructure"))).toBe(1);
  expect(tries("timeout", 1, on("E"))).toBe(1);
  expect(tries("timeout", 1, on("timeout"))).toBe(2);
  expect(tries("executor", 1, on("infrastructure"))).toBe(2);
  const tally = { last: 1, counted: 0, lost: 0 };
  const subclass: Failure = { ...failure("user-error"), classes: ["HttpError"] };
  expect(judge(tally, subclass, { retries: 1, ...on("HttpError") }).again).toBe(true);
});

test("what the electron's own function said is obeyed", () => {
  const asked = (retryable: boolean) => {
    const tally = { last: 1, counted: 0, lost: 0 };
    return judge(tally, { ...failure("user-error"), retryable }, { retries: 1 }).again;
  };
  expect([asked(true), asked(false)]).toEqual([true, false]);
});

test("waits grow by their factor up to the longest, and chance moves them by the jitter", () => {
  const waits = (chance: number, retry: NodeOptions["retry"]) => {
    const tally = { last: 0, counted: 0, lost: 0 };
    return Array.from({ length: 5 }, () => {
      const verdict = judge(tally, failure("user-error"), { retries: 9, retry }, () => chance);
      return verdict.again ? verdict.delayMs : undefined;
    });
  };
  expect(waits(0.5, { delay_ms: 100 })).toEqual([100, 200, 400, 800, 1_600]);
  expect(waits(0.5, { delay_ms: 100, factor: 3, max_delay_ms: 1_000 })).toEqual([
    100, 300, 900, 1_000, 1_000,
  ]);
  expect(waits(0, { delay_ms: 1_000, factor: 1, jitter: 0.2 })[0]).toBe(800);
  expect(waits(1, { delay_ms: 1_000, factor: 1, jitter: 0.2 })[0]).toBe(1_200);
  expect(waits(1, { delay_ms: 1_000, max_delay_ms: 1_000, jitter: 0.2 })[0]).toBe(1_000);
  expect(waits(0.5, undefined)).toEqual([0, 0, 0, 0, 0]);
});
