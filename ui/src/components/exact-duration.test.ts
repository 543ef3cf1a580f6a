import { expect, test } from "vitest";
import { exactDurationText } from "./exact-duration.ts";

test("round durations are told in as few units as say them", () => {
  expect([0, 200, 1_000, 1_500, 90_000, 7_200_000, 90_000_000].map(exactDurationText)).toEqual([
    "0",
    "200 ms",
    "1 s",
    "1.5 s",
    "1 m 30 s",
    "2 h",
    "1 d 1 h",
  ]);
});
