import { expect, test } from "vitest";
import { roundStep } from "./ticks.ts";

test("steps are round on a clock, and never below what is asked for", () => {
  expect([0.2, 1, 3, 17, 161, 900, 1_000].map(roundStep)).toEqual([1, 1, 5, 20, 200, 1_000, 1_000]);
  expect([1_001, 12_000, 40_000, 61_000, 1_000_000].map(roundStep)).toEqual([
    2_000, 15_000, 60_000, 120_000, 1_800_000,
  ]);
  expect([13 * 3_600_000, 3 * 86_400_000].map(roundStep)).toEqual([86_400_000, 5 * 86_400_000]);
});
