import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttemptSpec } from "../../src/executors/executor.ts";
import { createLocalExecutor, type LocalExecutor } from "../../src/executors/local/local-executor.ts";
import { parseHandle, type WorkerHandle } from "../../src/executors/pool/worker-handle.ts";
import { identifyProcess, isAlive, signalProcess } from "../../src/process/process-identity.ts";
import { Recorder, returnedBy, textOf } from "../contract/executor.ts";
import { attemptOf } from "./local-executor/attempt.ts";
import { prepareStore } from "./local-executor/rig.ts";

const SERVER = fileURLToPath(new URL("./local-executor/server-process.ts", import.meta.url));

/** A server in its own process is killed, and another one, in this process, takes up what it left. */
describe("a server that is killed", () => {
  let directory: string;
  let server: ChildProcess;
  let executor: LocalExecutor | undefined;
  let seen: Recorder;
  const handles = new Map<string, WorkerHandle>();

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "covalent-adoption-"));
    seen = new Recorder();
  });
  afterEach(async () => {
    server.kill("SIGKILL");
    await executor?.terminate();
    executor = undefined;
    for (const handle of handles.values()) signalProcess(handle, "SIGKILL", true);
    await expect.poll(() => [...handles.values()].some(isAlive), { timeout: 5_000 }).toBe(false);
    handles.clear();
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string) => join(directory, name);
  const eventually = (condition: () => boolean) => expect.poll(condition, { timeout: 15_000 }).toBe(true);
  const journal = (): { token: string; handle?: unknown; outcome?: string }[] =>
    existsSync(path("journal"))
      ? readFileSync(path("journal"), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
      : [];

  function startServer(electron: string, args: readonly unknown[], count = 1, lingerMs = 60_000): void {
    const parameters = [SERVER, directory, electron, JSON.stringify(args), String(count), String(lingerMs)];
    server = spawn(process.execPath, parameters, { stdio: ["ignore", "inherit", "inherit"] });
  }

  async function killServer(): Promise<void> {
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await exited;
    for (const { token, handle } of journal()) {
      const parsed = parseHandle(handle);
      if (parsed !== undefined) handles.set(token, parsed);
    }
  }

  /** Another server on the same directory, that knows the handles the first one recorded. */
  async function takeOver(electron: string, args: readonly unknown[]): Promise<AttemptSpec[]> {
    const { next, code } = await openNext();
    const known = [...handles].map(([token, handle]) => ({
      spec: attemptOf(code, electron, args, { token }),
      handle,
    }));
    next.attach(known, seen);
    return known.map(({ spec }) => spec);
  }

  async function openNext() {
    const { code, pathOf, stagingDirectory } = await prepareStore(directory);
    const silent = () => undefined;
    const logger = { debug: silent, info: silent, warn: silent, error: silent };
    const next = await createLocalExecutor({
      directory: path("runtime"),
      stagingDirectory,
      pathOf,
      workers: 1,
      logger,
      killGraceMs: 300,
    });
    executor = next;
    return { next, code };
  }

  async function one(specs: readonly AttemptSpec[]) {
    const [spec] = specs;
    if (spec === undefined) throw new Error("nothing was placed");
    return seen.outcomeOf(spec);
  }

  it("leaves its task running, and the next server gets the result and the log", async () => {
    const args = [path("started"), path("finish")];
    startServer("waitFor", args);
    await eventually(() => existsSync(path("started")));
    await killServer();
    const specs = await takeOver("waitFor", args);
    writeFileSync(path("finish"), "");
    const outcome = await one(specs);
    expect(returnedBy(outcome)).toBe("finished");
    expect(textOf(outcome, "stdout")).toBe("finished\n");
    expect(readFileSync(path("started"), "utf8")).toBe(String(handles.get("attempt-0")?.pid));
  });

  it("leaves no worker behind for ever when its directory is removed, though the task never ends", async () => {
    startServer("waitFor", [path("started"), path("never")], 1, 500);
    await eventually(() => existsSync(path("started")));
    await killServer();
    expect([...handles.values()].some(isAlive)).toBe(true);
    rmSync(path("runtime"), { recursive: true });
    await eventually(() => ![...handles.values()].some(isAlive));
  });

  it("gets the result of a task that finished while no server was there", async () => {
    const args = [path("started"), path("finish")];
    startServer("waitFor", args);
    await eventually(() => existsSync(path("started")));
    await killServer();
    writeFileSync(path("finish"), "");
    const spool = path(`runtime/worker-${handles.get("attempt-0")?.worker}.spool`);
    await eventually(() => readFileSync(spool, "utf8").includes('"result"'));
    expect(returnedBy(await one(await takeOver("waitFor", args)))).toBe("finished");
  });

  it("gets the result out of the spool of a worker that has died since", async () => {
    startServer("pid", []);
    await eventually(() => journal().some(({ outcome }) => outcome === "completed"));
    await killServer();
    const handle = handles.get("attempt-0");
    if (handle === undefined) throw new Error("nothing was placed");
    signalProcess(handle, "SIGKILL", true);
    await eventually(() => !isAlive(handle));
    expect(returnedBy(await one(await takeOver("pid", [])))).toBe(handle.pid);
  });

  it("is told that a task was lost, with what it wrote, when its worker died with the server", async () => {
    const args = [path("started"), path("finish")];
    startServer("waitFor", args);
    await eventually(() => existsSync(path("started")));
    await killServer();
    const handle = handles.get("attempt-0");
    if (handle === undefined) throw new Error("nothing was placed");
    signalProcess(handle, "SIGKILL", true);
    await eventually(() => !isAlive(handle));
    expect(await one(await takeOver("waitFor", args))).toMatchObject({
      status: "failed",
      failure: { kind: "lost" },
    });
  });

  it("has what its dead worker had started killed by the next one", async () => {
    const args = [path("child")];
    startServer("stubborn", args);
    await eventually(() => existsSync(path("child")) && readFileSync(path("child"), "utf8") !== "");
    const child = identifyProcess(Number(readFileSync(path("child"), "utf8")));
    await killServer();
    const handle = handles.get("attempt-0");
    if (handle === undefined || child === undefined) throw new Error("nothing was started");
    signalProcess(handle, "SIGKILL", false);
    await eventually(() => !isAlive(handle));
    expect(isAlive(child)).toBe(true);
    expect(await one(await takeOver("stubborn", args))).toMatchObject({ failure: { kind: "lost" } });
    await eventually(() => !isAlive(child));
  });

  it("has its queue run by the next one: what had not started runs once", async () => {
    const args = [path("started"), path("finish")];
    startServer("waitFor", args, 2);
    await eventually(() => existsSync(path("started")) && journal().length === 2);
    await killServer();
    const specs = await takeOver("waitFor", args);
    writeFileSync(path("finish"), "");
    for (const spec of specs) expect(returnedBy(await seen.outcomeOf(spec))).toBe("finished");
    const [first, second] = ["attempt-0", "attempt-1"].map((token) => parseHandle(seen.handles.get(token)));
    expect(first).toBeUndefined();
    const old = handles.get("attempt-0")?.pid;
    // A worker that finishes before it hears of its server's end goes on with what it had been told to run.
    expect(readFileSync(path("started"), "utf8")).toBe(`${old}${second?.pid ?? old}`);
  });

  it("leaves an idle worker that waits for the next one, and not for ever", async () => {
    startServer("pid", [], 1, 300);
    await eventually(() => journal().some(({ outcome }) => outcome === "completed"));
    await killServer();
    const handle = handles.get("attempt-0");
    if (handle === undefined) throw new Error("nothing was placed");
    expect(isAlive(handle)).toBe(true);
    await eventually(() => !isAlive(handle));
    // Its result outlives it.
    expect(returnedBy(await one(await takeOver("pid", [])))).toBe(handle.pid);
  });

  it("leaves no place taken by a result that it had recorded, and not acknowledged", async () => {
    startServer("pid", []);
    await eventually(() => journal().some(({ outcome }) => outcome === "completed"));
    await killServer();
    const { next, code } = await openNext();
    await eventually(() => next.health().workers === 2);
    const spec = attemptOf(code, "pid", []);
    next.submit([spec], seen);
    next.attachedAll?.();
    expect(await seen.outcomeOf(spec)).toMatchObject({ status: "completed" });
    const old = handles.get("attempt-0");
    await eventually(() => old !== undefined && !isAlive(old));
  });

  it("leaves a task that the next one can cancel", async () => {
    startServer("blockUntil", [path("never")]);
    await eventually(() => journal().length === 1);
    const spool = () => path(`runtime/worker-${parseHandle(journal()[0]?.handle)?.worker}.spool`);
    await eventually(() => readFileSync(spool(), "utf8").includes('"started"'));
    await killServer();
    const specs = await takeOver("blockUntil", [path("never")]);
    executor?.cancel(specs.map(({ token }) => token));
    expect(await one(specs)).toMatchObject({ status: "cancelled" });
  });

  it("never has another process signalled that got the number of its worker", async () => {
    startServer("pid", []);
    await eventually(() => journal().some(({ outcome }) => outcome !== undefined));
    await killServer();
    const bystander = spawn("sleep", ["60"], { detached: true });
    try {
      const real = handles.get("attempt-0");
      const identity = identifyProcess(bystander.pid ?? 0);
      if (real === undefined || identity === undefined) throw new Error("nothing to compare");
      const stale = { ...real, pid: identity.pid };
      expect(signalProcess(stale, "SIGKILL", true)).toBe(false);
      expect(isAlive(identity)).toBe(true);
    } finally {
      bystander.kill("SIGKILL");
    }
  });
});

describe("a server that closes on purpose", () => {
  it("lets idle workers exit at once", async () => {
    const directory = mkdtempSync(join(tmpdir(), "covalent-closing-"));
    const { code, pathOf, stagingDirectory } = await prepareStore(directory);
    const silent = () => undefined;
    const logger = { debug: silent, info: silent, warn: silent, error: silent };
    const executor = await createLocalExecutor({
      directory: join(directory, "runtime"),
      stagingDirectory,
      pathOf,
      workers: 1,
      logger,
    });
    const [seen, spec] = [new Recorder(), attemptOf(code, "pid", [])];
    executor.submit([spec], seen);
    await seen.outcomeOf(spec);
    const handle = parseHandle(seen.handles.get(spec.token));
    if (handle === undefined) throw new Error("no handle");
    await executor.close();
    await expect.poll(() => isAlive(handle), { timeout: 5_000 }).toBe(false);
    rmSync(directory, { recursive: true, force: true });
  });
});
