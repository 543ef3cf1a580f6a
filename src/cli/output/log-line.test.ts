import picocolors from "picocolors";
import { expect, test } from "vitest";
import { formatLogLine } from "./log-line.ts";

const plain = picocolors.createColors(false);

test("a line has its time, level, message, dispatch and the rest", () => {
  const line = JSON.stringify({
    level: 40,
    time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    pid: 1,
    msg: "late",
    dispatchId: "abc",
    ms: 12,
  });
  expect(formatLogLine(line, plain)).toMatch(/^2026-01-0\d \d\d:04:05\.006 {2}warn {3}late {2}abc {2}ms=12$/);
});

test("an error's stack stands below it", () => {
  const line = JSON.stringify({
    level: 60,
    time: 0,
    msg: "broke",
    err: { message: "x", stack: "Error: x\n    at y" },
  });
  expect(formatLogLine(line, plain).split("\n").slice(1)).toEqual(["    Error: x", "        at y"]);
});

test("what is not JSON stays as it is", () => {
  expect(formatLogLine("Segmentation fault", plain)).toBe("Segmentation fault");
  expect(formatLogLine("null", plain)).toBe("null");
});
