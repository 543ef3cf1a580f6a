import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

const WORKFLOW = `
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { electron, lattice } from "covalent-ts";
const hold = electron(async (file: string) => {
  while (!existsSync(file)) await delay(10);
  return "released";
});
export const held = lattice((file: string) => hold(file));
`;

let covalent: CommandLine;
let gate: string;

beforeEach(() => {
  covalent = commandLine();
  gate = join(covalent.home, "gate");
  writeFileSync(join(covalent.home, "held.ts"), WORKFLOW);
});
afterEach(() => covalent.dispose());

interface Server {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
}

const start = async (...args: string[]): Promise<Server> => {
  const ran = await covalent.run(["start", "--json", ...args]);
  if (ran.code !== 0) throw new Error(ran.stdout);
  return (ran.json() as { server: Server }).server;
};

/** A command that goes on, and what it has said so far. */
interface Watching {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<unknown[]>;
  readonly said: { stdout: string; stderr: string };
}

/** Runs the workflow that waits for the gate, and kills its server while it is watched. */
async function runAndLose(server: Server, ...args: string[]): Promise<Watching> {
  const running = covalent.start(["run", "held.ts", "--args", JSON.stringify([gate]), ...args]);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    running[name].setEncoding("utf8").on("data", (text) => {
      said[name] += text;
    });
  }
  const nodes = async (): Promise<string> =>
    (await covalent.run(["list", "--status", "running", "--json"])).stdout;
  while (!(await nodes()).includes("held")) await new Promise(setImmediate);
  process.kill(server.pid, "SIGKILL");
  while (!said.stderr.includes("lost the server")) await once(running.stderr, "data");
  return { process: running, ended: once(running, "close"), said };
}

test("run says once that it has lost its server, and goes on when that is back", async () => {
  const server = await start();
  const { ended, said } = await runAndLose(server);
  expect((await start("--port", String(server.port))).port).toBe(server.port);
  writeFileSync(gate, "");
  expect(await ended).toEqual([0, null]);
  expect(said.stderr).toBe(`lost the server at ${server.url}, waiting for it\n`);
  expect(said.stdout).toMatch(/✔ COMPLETED {2}held .*\nreleased\n$/);
});

test("run gives up on a server that stays away, with exit code 3 and the way to go on", async () => {
  const { ended, said } = await runAndLose(await start(), "--server-timeout", "300ms");
  expect(await ended).toEqual([3, null]);
  expect(said.stderr).toContain("the Covalent server cannot be reached");
  expect(said.stderr).toMatch(/covalent result [0-9a-f-]{36} --wait/);
  writeFileSync(gate, "");
});

test("Ctrl-C under --json prints what is known, in one document", async () => {
  const { process, ended, said } = await runAndLose(await start(), "--json");
  process.kill("SIGINT");
  expect(await ended).toEqual([1, null]);
  expect(JSON.parse(said.stdout)).toMatchObject({
    dispatch_id: expect.any(String),
    name: "held",
    status: "RUNNING",
    started_at: expect.any(String),
    result: null,
    nodes: expect.arrayContaining([expect.objectContaining({ name: "hold", type: "function" })]),
  });
  writeFileSync(gate, "");
});

test("a duration that is none is wrong usage", async () => {
  expect(await covalent.run(["run", "held.ts", "--server-timeout", "soon"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("soon is not a duration"),
  });
});
