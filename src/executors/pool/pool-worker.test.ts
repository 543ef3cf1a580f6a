import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeRecord, openSpool } from "../../worker/spool.ts";
import type { AttemptSpec } from "../executor.ts";
import { HeldAttempts } from "./held-attempt.ts";
import { PoolWorker } from "./pool-worker.ts";

describe("a recall", () => {
  let directory: string;
  let worker: PoolWorker;
  const attempts = new HeldAttempts();
  const observer = { placed: async () => undefined, ended: async () => undefined };

  function give(token: string): void {
    const spec: AttemptSpec = {
      token,
      dispatchId: "dispatch",
      nodeId: 0,
      number: 1,
      name: "task",
      code: { kind: "electron", bundle: "bundle", electron: "task.ts#task", projectRoot: null },
      args: [],
      payloads: new Map(),
      timeoutMs: null,
      workdir: null,
      env: {},
    };
    worker.hold(attempts.add(spec, observer));
  }

  /** A worker whose files are in this directory, and that was given two attempts. */
  function prepareWorker(files: string): void {
    const handle = { worker: "one", pid: process.pid, bootId: "boot", startTime: "0" };
    worker = new PoolWorker(files, handle, false);
    give("started");
    give("waiting");
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "covalent-worker-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const tokens = () => worker.recall().map(({ spec }) => spec.token);

  it("takes back what the spool does not name, once the hold file is there", () => {
    prepareWorker(directory);
    const record = { kind: "started", token: "started", at: 1, stdout: 0, stderr: 0 } as const;
    openSpool(worker.files.spool).append(encodeRecord(record));
    expect(tokens()).toEqual(["waiting"]);
    expect(worker.holdError).toBeNull();
    expect([...worker.held.keys()]).toEqual(["started"]);
  });

  it("takes back nothing, and throws nothing, when the hold file cannot be made", () => {
    prepareWorker(join(directory, "removed"));
    expect(tokens()).toEqual([]);
    expect(worker.holdError).toMatchObject({ code: "ENOENT" });
    expect(worker.held.size).toBe(2);
  });

  it("is followed by no attempt whose place becomes durable only now", () => {
    prepareWorker(directory);
    const sent: string[] = [];
    const nothing = () => undefined;
    worker.connect({
      send: ({ kind }) => sent.push(kind),
      end: nothing,
      onMessage: nothing,
      onNonsense: nothing,
      onClose: nothing,
    });
    worker.recall();
    for (const held of worker.held.values())
      worker.release(held, { message: { kind: "attempt", token: held.spec.token }, body: [] });
    expect(sent).toEqual(["welcome", "recall"]);
  });

  it("takes back nothing when the spool is gone: what runs cannot be told from what waits", () => {
    prepareWorker(directory);
    expect(tokens()).toEqual([]);
    expect(worker.held.size).toBe(2);
  });
});
