import { resolve } from "node:path";
import { describe, expect, it, test } from "vitest";
import { triggerSchema } from "../model/trigger.ts";
import { electron } from "./electron.ts";
import { lattice } from "./lattice.ts";
import { databaseTrigger, directoryTrigger, sqliteTrigger, timeTrigger } from "./triggers.ts";

describe("a trigger", () => {
  it("is a description that the server understands, with absolute paths", () => {
    expect(timeTrigger({ every: "10m" })).toEqual({ name: "TimeTrigger", time_gap: 600 });
    const all = [
      timeTrigger({ cron: "30 2 * * *", timezone: "Europe/Berlin" }),
      directoryTrigger("incoming", { events: ["closed", "moved"], batchSize: 3, recursive: true }),
      sqliteTrigger("queue.db", { table: "jobs", where: ["state = 'new'"], every: "5s", after: 2 }),
      databaseTrigger("mysql://ada:secret@db/queue", { table: "jobs" }),
    ];
    for (const trigger of all) expect(triggerSchema.parse(trigger)).toEqual(trigger);
    expect(all[1]).toMatchObject({ dir_path: resolve("incoming") });
    expect(all[2]).toMatchObject({ db_path: resolve("queue.db"), poll_interval: 5 });
    const flow = lattice({ triggers: all }, () => electron(() => 1)());
    expect(flow.options.triggers).toEqual(all);
  });

  test.each([
    [() => timeTrigger({ every: "often" as "1m" }), /often/],
    [() => timeTrigger({ every: 1 }), /every of timeTrigger\(\) must be at least 50 ms/],
    [() => timeTrigger({ cron: "" }), /cron/],
    [() => directoryTrigger("x", { events: [] }), /at least one event/],
    [() => directoryTrigger("x", { batchSize: 0 }), /batchSize/],
    [() => sqliteTrigger("x", { table: "" }), /table/],
    [() => databaseTrigger("/ada:secret@db", { table: "jobs" }), /^(?!.*secret).*must be an address/],
    [
      () => lattice({ triggers: [{ name: "MyTrigger" } as never] }, () => 1),
      /triggers .* must be a list of what/,
    ],
    [() => lattice({ triggers: timeTrigger({ every: 100 }) as never }, () => 1), /must be a list/],
  ])("%s is refused where it is written", (wrong, reason) => {
    expect(wrong).toThrow(reason);
  });
});
