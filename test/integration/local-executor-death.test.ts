import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttemptSpec, Outcome } from "../../src/executors/executor.ts";
import { parseHandle } from "../../src/executors/pool/worker-handle.ts";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { attempt, Recorder, returnedBy, textOf } from "../contract/executor.ts";
import { type LocalRig, localRig } from "./local-executor/rig.ts";

/** Processes that really die, and what becomes of the attempts they had. */
describe("a worker that dies", () => {
  let rig: LocalRig;
  let seen: Recorder;
  const run = (spec: AttemptSpec): Promise<Outcome> => {
    rig.executor.submit([spec], seen);
    return seen.outcomeOf(spec);
  };
  const fileExists = (path: string) => expect.poll(() => existsSync(path), { timeout: 10_000 }).toBe(true);
  const isGone = (pid: number) => identifyProcess(pid) === undefined;

  beforeEach(async () => {
    rig = await localRig({ workers: 1 });
    seen = new Recorder();
  });
  afterEach(() => rig.dispose());

  it("is told from a task that calls process.exit", async () => {
    const outcome = await run(attempt(rig, "exitWith", [3]));
    expect(outcome).toMatchObject({
      failure: { kind: "user-error", name: "ProcessExit", message: "the task called process.exit(3)" },
    });
    expect(outcome.status === "failed" && outcome.failure.stack).toMatch(/tasks\.ts:\d+/);
    expect(returnedBy(await run(attempt(rig, "add", [1, 1])))).toBe(2);
  });

  it.each([
    ["SIGKILL", "ended by SIGKILL"],
    ["SIGSEGV", "native code crashed"],
  ])("of %s fails its task with a message that says so", async (signal, message) => {
    const outcome = await run(attempt(rig, "signalSelf", [signal]));
    expect(outcome).toMatchObject({
      failure: { kind: "lost", signal, exitCode: null, message: expect.stringContaining(message) },
    });
    expect(returnedBy(await run(attempt(rig, "add", [1, 1])))).toBe(2);
  });

  it("follows when it sends what is no message, and says what may be the reason", async () => {
    const outcome = await run(attempt(rig, "garble"));
    expect(outcome).toMatchObject({
      failure: { kind: "lost", name: "WorkerBroken", message: expect.stringContaining("file descriptors") },
    });
    expect(returnedBy(await run(attempt(rig, "add", [1, 1])))).toBe(2);
  });

  it("does not follow when its task replaces JSON's functions", async () => {
    const pid = returnedBy(await run(attempt(rig, "replaceJson")));
    // The next task does not have to do with them.
    expect(returnedBy(await run(attempt(rig, "pid")))).not.toBe(pid);
  });

  it("by aborting fails its task, which keeps what it wrote", async () => {
    const outcome = await run(attempt(rig, "abort"));
    expect(outcome).toMatchObject({ failure: { kind: "lost", signal: "SIGABRT" } });
  });

  it("of a full heap says so", async () => {
    process.env.NODE_OPTIONS = "--max-old-space-size=64";
    const small = await localRig({ workers: 1 });
    delete process.env.NODE_OPTIONS;
    try {
      const spec = attempt(small, "exhaustMemory");
      small.executor.submit([spec], seen);
      const outcome = await seen.outcomeOf(spec);
      expect(outcome).toMatchObject({
        failure: { kind: "lost", message: expect.stringContaining("out of memory") },
      });
      expect(textOf(outcome, "stderr")).toContain("heap");
    } finally {
      await small.dispose();
    }
  });

  it("loses its own task only: what waited in it runs elsewhere and counts no attempt", async () => {
    const started = join(rig.directory, "started");
    const first = attempt(rig, "waitFor", [started, join(rig.directory, "never")]);
    const queued = attempt(rig, "pid");
    rig.executor.submit([first, queued], seen);
    await fileExists(started);
    await seen.until(() => seen.handles.has(queued.token));
    const pid = Number(readFileSync(started, "utf8"));
    process.kill(pid, "SIGKILL");
    expect(await seen.outcomeOf(first)).toMatchObject({ failure: { kind: "lost", signal: "SIGKILL" } });
    const outcome = await seen.outcomeOf(queued);
    expect(returnedBy(outcome)).not.toBe(pid);
    expect(parseHandle(seen.handles.get(queued.token))?.pid).toBe(returnedBy(outcome));
  });

  it.each(["stubborn", "detached"])(
    "takes what its task started with it, when it is killed for a timeout (%s)",
    async (task) => {
      const pidFile = join(rig.directory, "pid");
      const outcome = await run(attempt(rig, task, [pidFile], { timeoutMs: 500 }));
      expect(outcome).toMatchObject({ failure: { kind: "timeout" } });
      const child = Number(readFileSync(pidFile, "utf8"));
      await expect.poll(() => isGone(child)).toBe(true);
    },
  );

  it("alone leaves no orphans that go on with its task", async () => {
    const pidFile = join(rig.directory, "pid");
    const spec = attempt(rig, "stubborn", [pidFile]);
    rig.executor.submit([spec], seen);
    await expect
      .poll(() => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "", { timeout: 10_000 })
      .toBe(true);
    const worker = parseHandle(seen.handles.get(spec.token));
    process.kill(worker?.pid ?? 0, "SIGKILL");
    expect(await seen.outcomeOf(spec)).toMatchObject({ failure: { kind: "lost" } });
    await expect.poll(() => isGone(Number(readFileSync(pidFile, "utf8")))).toBe(true);
  });

  it("is no consequence of a rejection after the end of its task", async () => {
    const outcomes: Outcome[] = [];
    for (const electron of ["rejectAfterEnd", "pid", "pid"]) outcomes.push(await run(attempt(rig, electron)));
    expect(outcomes.map(({ status }) => status).slice(1)).toEqual(["completed", "completed"]);
  });

  it("is preceded by what nobody caught in its task, which is in the log of that task", async () => {
    const [rejecting, next] = [attempt(rig, "rejectAfterEnd"), attempt(rig, "pid")];
    rig.executor.submit([rejecting, next], seen);
    const [one, two] = [await seen.outcomeOf(rejecting), await seen.outcomeOf(next)];
    expect(textOf(one, "stderr")).toMatch(/Nobody caught this: Error: too late\n.*tasks\.ts:\d+/);
    expect(textOf(two, "stderr")).toBe("");
    expect(returnedBy(two)).not.toBe(returnedBy(one));
  });

  it("of what its task did to it repeats its own last words", async () => {
    const outcome = await run(attempt(rig, "closeStdout"));
    expect(outcome).toMatchObject({
      failure: {
        kind: "lost",
        exitCode: 70,
        message: expect.stringMatching(/exited with code 70 .*the worker cannot go on: EBADF/),
      },
    });
  });

  it("is no consequence of a rejection that nobody handles: the task fails with it", async () => {
    const outcome = await run(attempt(rig, "rejectLater"));
    expect(outcome).toMatchObject({ failure: { kind: "user-error", message: "nobody handled this" } });
  });

  it("is never signalled for a timeout that another attempt had", async () => {
    const quick = Array.from({ length: 200 }, () => attempt(rig, "pid", [], { timeoutMs: 5_000 }));
    const slow = attempt(rig, "spin", [], { timeoutMs: 200 });
    rig.executor.submit(
      [...quick, slow, ...quick.map((spec) => ({ ...spec, token: `${spec.token}-again` }))],
      seen,
    );
    expect(await seen.outcomeOf(slow)).toMatchObject({ failure: { kind: "timeout" } });
    await seen.until(() => seen.outcomes.size === 401);
    const others = [...seen.outcomes].filter(([token]) => token !== slow.token);
    expect(others.every(([, outcome]) => outcome.status === "completed")).toBe(true);
  });
});
