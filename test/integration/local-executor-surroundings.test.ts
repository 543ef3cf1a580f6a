import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleModule } from "../../src/bundle/bundle.ts";
import type { AttemptSpec, Outcome } from "../../src/executors/executor.ts";
import { attempt, Recorder, returnedBy, textOf } from "../contract/executor.ts";
import { type LocalRig, localRig } from "./local-executor/rig.ts";

/** What a task finds around it, and what it may leave there. */
describe("the surroundings of a task", () => {
  let rig: LocalRig;
  let seen: Recorder;
  const run = (spec: AttemptSpec): Promise<Outcome> => {
    rig.executor.submit([spec], seen);
    return seen.outcomeOf(spec);
  };

  beforeEach(async () => {
    rig = await localRig({ workers: 1 });
    seen = new Recorder();
  });
  afterEach(() => rig.dispose());

  it("are its directory, the server's environment, its own variables, and the ids of its dispatch and node", async () => {
    const workdir = realpathSync(rig.directory);
    const outcome = await run(attempt(rig, "surroundings", [], { workdir, env: { EXTRA: "more" } }));
    const path = process.env.PATH;
    expect(returnedBy(outcome)).toEqual({
      directory: workdir,
      dispatch: "dispatch-1",
      node: "7",
      extra: "more",
      path,
    });
    expect(returnedBy(await run(attempt(rig, "surroundings")))).toMatchObject({
      directory: process.cwd(),
      extra: undefined,
    });
  });

  it("cannot be a directory that does not exist", async () => {
    const workdir = join(rig.directory, "missing");
    const outcome = await run(attempt(rig, "pid", [], { workdir }));
    const message = `the task cannot run in ${workdir}: it does not exist on this machine`;
    expect(outcome).toMatchObject({ failure: { kind: "executor", message } });
    expect(existsSync(workdir)).toBe(false);
  });

  it("may be removed by the task itself", async () => {
    const workdir = join(rig.directory, "doomed");
    mkdirSync(workdir);
    const first = returnedBy(await run(attempt(rig, "removeDirectory", [], { workdir })));
    expect(returnedBy(await run(attempt(rig, "pid")))).toBe(first);
  });

  it("are the same process again when a task leaves nothing behind", async () => {
    const first = returnedBy(await run(attempt(rig, "pid")));
    await run(attempt(rig, "speak", ["clean"]));
    expect(returnedBy(await run(attempt(rig, "pid")))).toBe(first);
  });

  it("are the same process again when a task has ended what it had unref'd", async () => {
    const first = returnedBy(await run(attempt(rig, "tidyUp")));
    expect(returnedBy(await run(attempt(rig, "pid")))).toBe(first);
  });

  it("are the same process again when a task has used `fetch`, which keeps its connection", async () => {
    const server = createServer((_request, response) => response.end("rows"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const first = returnedBy(await run(attempt(rig, "fetchText", [`http://127.0.0.1:${port}`])));
      expect(returnedBy(await run(attempt(rig, "pid")))).toBe(first);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each([
    "timer",
    "unreferenced timer",
    "unreferenced thread",
    "directory",
    "environment",
    "listener",
    "child",
    "grandchild",
  ])(
    "are another process after a task that left a %s, whose late output is in no other log",
    async (what) => {
      const [left, next] = [attempt(rig, "leave", [what]), attempt(rig, "pid")];
      rig.executor.submit([left, next], seen);
      const [one, two] = [await seen.outcomeOf(left), await seen.outcomeOf(next)];
      expect(returnedBy(two)).not.toBe(returnedBy(one));
      expect(textOf(two, "stdout")).toBe("");
    },
  );

  it("have what the task's module sets up at its top level, in a process that is kept", async () => {
    const root = join(rig.directory, "project");
    mkdirSync(root);
    writeFileSync(join(root, "package.json"), '{ "name": "sets-up", "type": "module" }');
    const file = join(root, "module.ts");
    writeFileSync(
      file,
      `import { spawn } from "node:child_process";
import { electron } from "covalent-ts";
process.env.FROM_MODULE = "set";
process.chdir("/");
spawn("sleep", ["30"], { stdio: "ignore" }).unref();
setInterval(() => {}, 1_000).unref();
export const look = electron({ name: "look" }, () => [process.pid, process.cwd(), process.env.FROM_MODULE]);
`,
    );
    const bundle = await bundleModule(file);
    writeFileSync(join(rig.directory, bundle.digest), bundle.bytes);
    const code = {
      kind: "electron",
      bundle: bundle.digest,
      electron: "module.ts#look",
      projectRoot: bundle.root,
    } as const;
    const pid = returnedBy(await run(attempt(rig, "pid")));
    const found = [pid, process.cwd(), "set"];
    for (const _ of [1, 2]) expect(returnedBy(await run(attempt(rig, "look", [], { code })))).toEqual(found);
    expect(returnedBy(await run(attempt(rig, "pid")))).toBe(pid);
  });

  it("hold a long log and a large result in files of the staging directory", async () => {
    const loud = await run(attempt(rig, "speakLoud", [100_000]));
    const log = loud.status === "completed" ? loud.stdout : undefined;
    expect(log).toMatchObject({ size: 100_000, codec: "text" });
    expect(readFileSync(log?.file ?? "", "utf8")).toBe("x".repeat(100_000));
    const big = await run(attempt(rig, "big", [100_000]));
    const file = big.status === "completed" ? (big.output.file ?? "") : "";
    expect(file.startsWith(join(rig.directory, "staging"))).toBe(true);
    expect(readFileSync(file).length).toBe(big.status === "completed" && big.output.size);
  });
});

describe("attempts that wait", () => {
  it("do not wait behind one that blocks its worker, while another worker is idle", async () => {
    const rig = await localRig({ workers: 2 });
    const seen = new Recorder();
    try {
      const gate = join(rig.directory, "gate");
      // Short ones first, so that workers are given many ahead.
      const warm = Array.from({ length: 300 }, () => attempt(rig, "pid"));
      rig.executor.submit(warm, seen);
      await seen.until(() => seen.outcomes.size === warm.length);
      const blocked = attempt(rig, "blockUntil", [gate]);
      const quick = Array.from({ length: 40 }, () => attempt(rig, "pid"));
      rig.executor.submit([blocked, ...quick], seen);
      for (const spec of quick) expect(await seen.outcomeOf(spec)).toMatchObject({ status: "completed" });
      expect(seen.outcomes.has(blocked.token)).toBe(false);
      writeFileSync(gate, "");
      expect(await seen.outcomeOf(blocked)).toMatchObject({ status: "completed" });
    } finally {
      await rig.dispose();
    }
  });

  it("meet their workers under a directory whose path is too long for a socket", async () => {
    const parent = await localRig();
    const directory = join(parent.directory, "d".repeat(120));
    mkdirSync(directory);
    const rig = await localRig({ directory });
    const address = readFileSync(join(directory, "address"), "utf8");
    try {
      const [seen, spec] = [new Recorder(), attempt(rig, "add", [1, 2])];
      rig.executor.submit([spec], seen);
      expect(returnedBy(await seen.outcomeOf(spec))).toBe(3);
      expect(address.length).toBeLessThan(104);
    } finally {
      await rig.dispose();
      await parent.dispose();
    }
    expect(existsSync(dirname(address))).toBe(false);
  });
});
