import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AttemptSpec } from "../../src/executors/executor.ts";
import type { WorkerPool } from "../../src/executors/pool/worker-pool.ts";
import { createPythonExecutor } from "../../src/executors/python/python-executor.ts";
import { Recorder } from "../contract/executor.ts";

/** What runs with a Python that has the SDK is tested by `npm run test:interop`. */
const hasPython = spawnSync("python3", ["--version"]).status === 0;

let directory: string;
let executor: WorkerPool;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-python-"));
});
afterEach(async () => {
  await executor.terminate();
  rmSync(directory, { recursive: true, force: true });
});

async function open(python: string): Promise<void> {
  const ignore = () => undefined;
  executor = await createPythonExecutor({
    directory: join(directory, "runtime"),
    stagingDirectory: directory,
    pathOf: (digest) => join(directory, digest),
    workers: 2,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    python,
    workdir: directory,
    uniqueWorkdir: false,
    serverUrl: () => "http://localhost:1",
    env: {},
  });
}

function attempt(token: string): AttemptSpec {
  const code = { kind: "pickle", function: "f", hooks: null, args: [], kwargs: {} } as const;
  return {
    token,
    dispatchId: "dispatch",
    nodeId: 0,
    number: 1,
    name: "task",
    code: { ...code, sublattice: false, uniqueWorkdir: null },
    args: [],
    payloads: new Map([["f", { digest: "f", size: 1, codec: "pickle", inline: Buffer.from("x") }]]),
    timeoutMs: null,
    workdir: null,
    env: {},
  };
}

/** How an attempt fails that no worker can be started for. */
async function failureOf(token: string): Promise<unknown> {
  const seen = new Recorder();
  const spec = attempt(token);
  executor.submit([spec], seen);
  const outcome = await seen.outcomeOf(spec);
  return outcome.status === "failed" ? outcome.failure : outcome;
}

it("starts nothing before there is a task in Python", async () => {
  await open(join(directory, "python"));
  expect(executor.health()).toEqual({ running: 0, queued: 0, workers: 0, slots: 2 });
  expect(executor.wanted).toBeGreaterThan(0);
});

it("names the interpreter that there is not, to each task anew", async () => {
  const python = join(directory, "python");
  await open(python);
  for (const token of ["first", "second"]) {
    expect(await failureOf(token)).toMatchObject({
      kind: "executor",
      name: "NoWorkers",
      message: expect.stringContaining(`${python} cannot be executed`),
    });
  }
});

it.runIf(hasPython)("names the package that its interpreter lacks (skipped without Python)", async () => {
  const venv = join(directory, "venv");
  expect(spawnSync("python3", ["-m", "venv", "--without-pip", venv]).status).toBe(0);
  await open(join(venv, "bin", "python"));
  expect(await failureOf("first")).toMatchObject({
    kind: "executor",
    message: expect.stringMatching(
      /venv\/bin\/python \(Python 3\.[\d.]+\) has no package covalent; install it there/,
    ),
  });
});
