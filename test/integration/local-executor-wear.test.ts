import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleModule } from "../../src/bundle/bundle.ts";
import type { AttemptSpec, Outcome } from "../../src/executors/executor.ts";
import { createFrameReader, encodeFrame } from "../../src/worker/frames.ts";
import type { FromWorker, ToWorker } from "../../src/worker/protocol.ts";
import { attempt, Recorder, returnedBy } from "../contract/executor.ts";
import { attemptOf } from "./local-executor/attempt.ts";
import { type LocalRig, localRig } from "./local-executor/rig.ts";

let rig: LocalRig;
let seen: Recorder;
const run = (spec: AttemptSpec): Promise<Outcome> => {
  rig.executor.submit([spec], seen);
  return seen.outcomeOf(spec);
};
const workerPid = async () => returnedBy(await run(attempt(rig, "pid")));

beforeEach(async () => {
  rig = await localRig({ workers: 1 });
  seen = new Recorder();
});
afterEach(() => rig.dispose());

describe("a worker is replaced", () => {
  it("after 64 MB of output", async () => {
    const before = await workerPid();
    await run(attempt(rig, "speakLoud", [60 * 1024 * 1024]));
    expect(await workerPid()).toBe(before);
    await run(attempt(rig, "speakLoud", [5 * 1024 * 1024]));
    expect(await workerPid()).not.toBe(before);
  });

  it("after 16 MB of spool", async () => {
    const before = await workerPid();
    const runBig = async (count: number) => {
      const specs = Array.from({ length: count }, () => attempt(rig, "big", [15_000]));
      rig.executor.submit(specs, seen);
      await Promise.all(specs.map((spec) => seen.outcomeOf(spec)));
    };
    await runBig(700);
    expect(await workerPid()).toBe(before);
    await runBig(350);
    expect(await workerPid()).not.toBe(before);
  });

  it("after 50 bundles, which it cannot unload", async () => {
    const before = await workerPid();
    const { bundle } = rig.code("pid");
    const copied = async (from: number, to: number) => {
      for (let index = from; index < to; index++) {
        const copy = `copy-${index}`;
        copyFileSync(join(rig.directory, bundle), join(rig.directory, copy));
        await run(attempt(rig, "pid", [], { code: { ...rig.code("pid"), bundle: copy } }));
      }
    };
    await copied(1, 50);
    expect(await workerPid()).toBe(before);
    await copied(50, 51);
    expect(await workerPid()).not.toBe(before);
  });
});

describe("code that cannot be loaded", () => {
  /** An electron whose module throws until a file is there, as one does whose package is not installed. */
  async function prepareModule(): Promise<{ code: AttemptSpec["code"]; mend(): void }> {
    const root = join(rig.directory, "project");
    mkdirSync(root);
    writeFileSync(join(root, "package.json"), '{ "name": "late", "type": "module" }');
    const file = join(root, "late.ts");
    writeFileSync(
      file,
      `import { existsSync } from "node:fs";
import { electron } from "covalent-ts";
if (!existsSync(${JSON.stringify(join(root, "installed"))})) throw new Error("not installed");
export const late = electron({ name: "late" }, () => process.pid);
`,
    );
    const bundle = await bundleModule(file);
    writeFileSync(join(rig.directory, bundle.digest), bundle.bytes);
    return {
      code: { kind: "electron", bundle: bundle.digest, electron: "late.ts#late", projectRoot: bundle.root },
      mend: () => writeFileSync(join(root, "installed"), ""),
    };
  }

  it("fails the attempts of its dispatch in one worker, and is loaded for the next dispatch when it is mended", async () => {
    const { code, mend } = await prepareModule();
    const late = (dispatchId: string) => attemptOf(() => code, "late", [], { dispatchId });
    const failed = { status: "failed", failure: { kind: "code" } };
    expect(await run(late("first"))).toMatchObject({
      failure: { message: expect.stringContaining("not installed") },
    });
    expect(await run(late("first"))).toMatchObject(failed);
    expect(rig.log).not.toContain("a worker is replaced");
    mend();
    expect(await run(late("second"))).toMatchObject({ status: "completed" });
  });

  it("is loaded when a node is tried again after it is mended", async () => {
    const { code, mend } = await prepareModule();
    const late = (number: number) => attemptOf(() => code, "late", [], { number });
    expect(await run(late(1))).toMatchObject({ status: "failed", failure: { kind: "code" } });
    mend();
    expect(await run(late(2))).toMatchObject({ status: "completed" });
  });
});

describe("a second result for a token", () => {
  let process: ChildProcess;
  let socket: Socket;
  afterEach(() => {
    socket.destroy();
    process.kill("SIGKILL");
  });

  it("is discarded, acknowledged and written to the log", async () => {
    const spec = attempt(rig, "add", [1, 2]);
    expect(returnedBy(await run(spec))).toBe(3);
    process = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const read = (name: string) => readFileSync(join(rig.directory, "runtime", name), "utf8");
    socket = createConnection(read("address"));
    const acknowledged = new Promise<readonly string[]>((resolve) => {
      const take = createFrameReader(({ header }) => {
        const message = header as ToWorker;
        if (message.kind === "ack") resolve(message.tokens);
      });
      socket.on("data", take);
    });
    const nothing = { start: 0, end: 0 };
    const say = (message: FromWorker) => void socket.write(encodeFrame(message));
    say({
      kind: "hello",
      secret: read("secret"),
      worker: "another",
      pid: process.pid ?? 0,
      running: null,
      unacknowledged: [],
    });
    say({
      kind: "result",
      token: spec.token,
      startedAt: 1,
      endedAt: 2,
      stdout: nothing,
      stderr: nothing,
      outcome: { status: "failed", failure: { kind: "user-error", name: "Error", message: "too late" } },
      spooledFrom: 0,
    });
    expect(await acknowledged).toEqual([spec.token]);
    expect(rig.log).toContain("a result nobody waits for was discarded");
    expect(returnedBy(await seen.outcomeOf(spec))).toBe(3);
  });
});
