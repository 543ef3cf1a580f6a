import { expect, test } from "vitest";
import type { Failure, FailureKind } from "../model/failure.ts";
import { tryAgain } from "./attempt-tally.ts";

const failure = (kind: FailureKind): Failure => ({ kind, name: "E", message: "m" });

function tries(kind: FailureKind, retries: number): number {
  const tally = { last: 0, counted: 0, lost: 0 };
  let attempts = 1;
  while (tryAgain(tally, failure(kind), retries)) attempts++;
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
