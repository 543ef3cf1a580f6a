import { afterEach, beforeEach, expect, test } from "vitest";
import { Recorder } from "../contract/executor.ts";
import { attemptOf } from "./local-executor/attempt.ts";
import { type LocalRig, localRig } from "./local-executor/rig.ts";

let rig: LocalRig;

beforeEach(async () => {
  rig = await localRig({ workers: 1 });
});
afterEach(() => rig.dispose());

test("the end of a task is heard of while the next one blocks its worker", async () => {
  const seen = new Recorder();
  const quick = Array.from({ length: 200 }, (_, index) => attemptOf(rig.code, "add", [index, 1]));
  const endless = attemptOf(rig.code, "spin", []);
  // By then tasks are known to be short: the worker has many of them, and tells several ends at once.
  rig.executor.submit(quick.slice(0, 100), seen);
  await seen.until(() => quick.slice(0, 100).every(({ token }) => seen.outcomes.has(token)));
  rig.executor.submit([...quick.slice(100), endless], seen);
  await seen.until(() => quick.every(({ token }) => seen.outcomes.has(token)));
  expect(seen.outcomes.has(endless.token)).toBe(false);
  expect(rig.log).not.toContain("a result nobody waits for was discarded");
});
