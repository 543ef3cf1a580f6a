import { describe, expect, it, onTestFinished } from "vitest";
import type { TimeTriggerDefinition } from "../model/trigger.ts";
import { nextDue, observeTime } from "./time.ts";

const every = (time_gap: number): TimeTriggerDefinition => ({ name: "TimeTrigger", time_gap });

describe("the next time", () => {
  it("of a gap stays on the grid that began with the registration, and leaves out what has passed", () => {
    expect(nextDue(every(60), 1_000, 1_000)).toBe(61_000);
    expect(nextDue(every(60), 61_000, 61_003)).toBe(121_000);
    expect(nextDue(every(60), 61_000, 300_000)).toBe(301_000);
    expect(nextDue(every(60), 61_000, 121_000)).toBe(181_000);
  });

  it("of a gap is not in the past when the clock was set back", () => {
    expect(nextDue(every(60), 100_000, 5_000)).toBe(160_000);
  });

  it("of a cron expression is told in its time zone", () => {
    const daily: TimeTriggerDefinition = { name: "TimeTrigger", cron: "30 8 * * *", timezone: "Asia/Tokyo" };
    const now = Date.UTC(2026, 0, 1, 0, 0);
    expect(new Date(nextDue(daily, now, now)).toISOString()).toBe("2026-01-01T23:30:00.000Z");
  });

  it.each([
    [{ cron: "every day" }, /TimeTrigger|every day/],
    [{ cron: "0 0 31 2 *" }, /never comes/],
    [{ cron: "0 0 * * *", timezone: "Mars/Olympus" }, /Mars/i],
  ])("of what is none is refused: %o", (given, reason) => {
    const definition: TimeTriggerDefinition = { name: "TimeTrigger", ...given };
    expect(() => nextDue(definition, 0, 0)).toThrow(
      expect.objectContaining({ code: "TRIGGER_UNOBSERVABLE", message: expect.stringMatching(reason) }),
    );
  });
});

it("a time that has passed is reported at once, and only once, with the next one", async () => {
  const told = Promise.withResolvers<{ times: number; dueAt: number | undefined }>();
  let reports = 0;
  const sink = {
    happened: (times: number, dueAt?: number) => {
      reports += 1;
      told.resolve({ times, dueAt });
    },
    problem: () => undefined,
  };
  const observer = observeTime(every(3_600), Date.now() - 10_000_000, sink);
  onTestFinished(() => observer.close());
  const { times, dueAt = 0 } = await told.promise;
  expect({ times, reports }).toEqual({ times: 1, reports: 1 });
  expect(dueAt).toBeGreaterThan(Date.now());
  expect(dueAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
});

it("a short gap comes again and again until it is closed", async () => {
  const third = Promise.withResolvers<void>();
  let reports = 0;
  const sink = { happened: () => void (++reports === 3 && third.resolve()), problem: () => undefined };
  const observer = observeTime(every(0.05), Date.now(), sink);
  await third.promise;
  await observer.close();
});
