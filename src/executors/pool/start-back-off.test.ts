import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StartBackOff } from "./start-back-off.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("starts that fail are tried again after pauses that double up to half a minute", () => {
  const retries: number[] = [];
  const backOff = new StartBackOff(() => {
    retries.push(Date.now());
    backOff.failed();
  });
  const begin = Date.now();
  backOff.failed();
  expect(backOff.isPausing).toBe(true);
  vi.advanceTimersByTime(200_000);
  const pauses = retries.map((time, index) => time - (retries[index - 1] ?? begin));
  expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
  expect(pauses.at(-1)).toBe(30_000);
  backOff.close();
});

it("several that fail together are one, five in a row are hopeless, and one that works ends that", () => {
  const backOff = new StartBackOff(() => undefined);
  for (let count = 0; count < 20; count++) backOff.failed();
  expect(vi.getTimerCount()).toBe(1);
  for (let count = 1; count < 5; count++) {
    expect(backOff.isHopeless).toBe(false);
    vi.runAllTimers();
    backOff.failed();
  }
  expect(backOff.isHopeless).toBe(true);
  backOff.succeeded();
  expect(backOff.isHopeless).toBe(false);
  backOff.close();
  expect(backOff.isPausing).toBe(false);
});
