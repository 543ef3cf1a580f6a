import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttemptSpec, Outcome } from "../../src/executors/executor.ts";
import { attempt, Recorder, returnedBy } from "../contract/executor.ts";
import { type LocalRig, localRig } from "./local-executor/rig.ts";

let rig: LocalRig;
let seen: Recorder;
beforeEach(async () => {
  rig = await localRig({ workers: 1, killGraceMs: 2_000 });
  seen = new Recorder();
});
afterEach(() => rig.dispose());

/** Runs a task that heeds its signal, and cancels it once it runs. */
async function cancelled(cleanUpMs: number, thenReturn: boolean): Promise<Outcome> {
  const started = join(rig.directory, "started");
  const spec = attempt(rig, "heedSignal", [started, cleanUpMs, thenReturn]);
  rig.executor.submit([spec], seen);
  await expect
    .poll(() => existsSync(started) && readFileSync(started, "utf8"), { timeout: 15_000 })
    .toBeTruthy();
  rig.executor.cancel([spec.token]);
  return seen.outcomeOf(spec);
}

const printed = (outcome: Outcome): string =>
  "stdout" in outcome ? new TextDecoder().decode(outcome.stdout?.inline) : "";

const run = (spec: AttemptSpec): Promise<Outcome> => {
  rig.executor.submit([spec], seen);
  return seen.outcomeOf(spec);
};

describe("a task that heeds the signal of its context", () => {
  it("cleans up and is cancelled, and its worker's place is free for the next", async () => {
    const outcome = await cancelled(20, false);
    expect(outcome).toMatchObject({ status: "cancelled" });
    expect(printed(outcome)).toContain("INFO cleaned up dispatchId=dispatch-1 nodeId=7 attempt=1");
    expect(returnedBy(await run(attempt(rig, "add", [1, 1])))).toBe(2);
  });

  it("that finishes all the same has finished", async () => {
    const outcome = await cancelled(0, true);
    expect(outcome.status).toBe("completed");
    expect(returnedBy(outcome)).toBe("finished all the same");
  });

  it("that takes longer than the grace is killed", async () => {
    const outcome = await cancelled(60_000, false);
    expect(outcome).toMatchObject({ status: "cancelled" });
    expect(printed(outcome)).not.toContain("cleaned up");
  });

  it("hears its timeout in the same way", async () => {
    const started = join(rig.directory, "started");
    const outcome = await run(attempt(rig, "heedSignal", [started, 0, false], { timeoutMs: 300 }));
    expect(outcome).toMatchObject({ status: "failed", failure: { kind: "timeout" } });
    expect(printed(outcome)).toContain("cleaned up");
  });
});
