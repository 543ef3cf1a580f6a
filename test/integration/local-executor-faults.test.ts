import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttemptSpec, Outcome } from "../../src/executors/executor.ts";
import { parseHandle } from "../../src/executors/pool/worker-handle.ts";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { attempt, Recorder, returnedBy } from "../contract/executor.ts";
import { type LocalRig, localRig } from "./local-executor/rig.ts";

let rig: LocalRig;
let seen: Recorder;
const run = (spec: AttemptSpec): Promise<Outcome> => {
  rig.executor.submit([spec], seen);
  return seen.outcomeOf(spec);
};
const runtime = () => join(rig.directory, "runtime");
const eventually = (condition: () => boolean) => expect.poll(condition, { timeout: 15_000 }).toBe(true);
const isWritten = (path: string) => existsSync(path) && readFileSync(path, "utf8") !== "";

beforeEach(async () => {
  rig = await localRig({ workers: 1 });
  seen = new Recorder();
});
afterEach(() => rig.dispose());

describe("when somebody removes the executor's directory", () => {
  it("what is handed over next runs in a fresh worker, and so does what comes after that one died", async () => {
    const before = returnedBy(await run(attempt(rig, "pid")));
    rmSync(runtime(), { recursive: true });
    const after = Number(returnedBy(await run(attempt(rig, "pid"))));
    expect(after).not.toBe(before);
    process.kill(after, "SIGKILL");
    await eventually(() => identifyProcess(after) === undefined);
    expect(returnedBy(await run(attempt(rig, "pid")))).not.toBe(after);
  });

  it("what runs goes on to its end, and what waited behind it runs once, elsewhere", async () => {
    const [started, finish] = [join(rig.directory, "started"), join(rig.directory, "finish")];
    const running = attempt(rig, "waitFor", [started, finish]);
    const waiting = attempt(rig, "pid");
    rig.executor.submit([running, waiting], seen);
    await eventually(() => isWritten(started) && seen.handles.has(waiting.token));
    rmSync(runtime(), { recursive: true });
    writeFileSync(finish, "");
    expect(returnedBy(await seen.outcomeOf(running))).toBe("finished");
    expect(returnedBy(await seen.outcomeOf(waiting))).not.toBe(Number(readFileSync(started, "utf8")));
    expect(readFileSync(started, "utf8")).toBe(String(parseHandle(seen.handles.get(running.token))?.pid));
  });

  it("an attempt that hears nothing can still be cancelled", async () => {
    const started = join(rig.directory, "started");
    const spinning = attempt(rig, "spinVisibly", [started]);
    rig.executor.submit([spinning], seen);
    await eventually(() => isWritten(started));
    rmSync(runtime(), { recursive: true });
    rig.executor.cancel([spinning.token]);
    expect(await seen.outcomeOf(spinning)).toMatchObject({ status: "cancelled" });
  });

  it("and it cannot be made again, attempts fail and say why, until it can", async () => {
    await run(attempt(rig, "pid"));
    rmSync(runtime(), { recursive: true });
    writeFileSync(runtime(), "in the way");
    expect(await run(attempt(rig, "pid"))).toMatchObject({
      status: "failed",
      failure: { kind: "executor", name: "NoWorkers", message: expect.stringContaining("EEXIST") },
    });
    rmSync(runtime());
    expect(await run(attempt(rig, "pid"))).toMatchObject({ status: "completed" });
  });
});

describe("workers that end as soon as they are started", () => {
  it("fail what waits, with their last words, and are tried again until one lives", async () => {
    process.env.NODE_OPTIONS = "--no-such-option";
    const broken = await localRig({ workers: 1 });
    try {
      const [first, second] = [attempt(broken, "pid"), attempt(broken, "pid")];
      broken.executor.submit([first], seen);
      expect(await seen.outcomeOf(first)).toMatchObject({
        failure: {
          kind: "executor",
          name: "NoWorkers",
          message: expect.stringContaining("--no-such-option"),
        },
      });
      delete process.env.NODE_OPTIONS;
      broken.executor.submit([second], seen);
      expect(await seen.outcomeOf(second)).toMatchObject({ status: "completed" });
    } finally {
      delete process.env.NODE_OPTIONS;
      await broken.dispose();
    }
  });
});

describe("an outcome that could not be recorded", () => {
  it("takes up nothing, and is left in the spool for the next server", async () => {
    const { executor } = rig;
    const [spec, wanted] = [attempt(rig, "pid"), executor.wanted];
    executor.submit([spec], {
      placed: (token, handle) => seen.placed(token, handle),
      ended: () => Promise.reject(new Error("the disk is full")),
    });
    await eventually(() => rig.log.some((line) => line.startsWith("an outcome could not be recorded")));
    expect(executor.wanted).toBe(wanted);
    await expect.poll(() => executor.health()).toMatchObject({ running: 0, queued: 0 });
    const handle = parseHandle(seen.handles.get(spec.token));
    process.kill(handle?.pid ?? 0, "SIGKILL");
    await eventually(() => rig.log.includes("a worker has ended"));
    await executor.close();
    (await rig.another()).attach([{ spec, handle }], seen);
    expect(returnedBy(await seen.outcomeOf(spec))).toBe(handle?.pid);
  });
});

describe("an executor that is closed while a task runs", () => {
  it("wants nothing more and lets the task go on; the next one gets its result", async () => {
    const [started, finish] = [join(rig.directory, "started"), join(rig.directory, "finish")];
    const spec = attempt(rig, "waitFor", [started, finish]);
    rig.executor.submit([spec], seen);
    await eventually(() => isWritten(started));
    await rig.executor.close();
    expect(rig.executor.wanted).toBe(0);
    const next = await rig.another();
    next.attach([{ spec, handle: seen.handles.get(spec.token) }], seen);
    writeFileSync(finish, "");
    expect(returnedBy(await seen.outcomeOf(spec))).toBe("finished");
    expect(readFileSync(started, "utf8")).toBe(String(parseHandle(seen.handles.get(spec.token))?.pid));
  });
});

describe("a log that cannot be kept", () => {
  it("costs the attempt its log, which says why, and not its result", async () => {
    const staging = join(rig.directory, "staging");
    rmSync(staging, { recursive: true });
    const outcome = await run(attempt(rig, "speakLoud", [100_000]));
    mkdirSync(staging);
    expect(outcome).toMatchObject({
      status: "completed",
      stdout: { text: expect.stringContaining("could not be kept: ENOENT") },
    });
  });
});
