import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, getResult } from "covalent-ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { gated } from "../e2e/workflows/leptons.ts";
import { type CommandLine, commandLine } from "../integration/cli-process.ts";
import { freePort } from "../support/free-port.ts";
import { hasPython, unlessWithoutPython } from "../support/python.ts";

/** Kill -9 of a server, and of its workers, while Python runs. */
let covalent: CommandLine;
let port: number;
let journal: string;

beforeEach(async () => {
  covalent = commandLine();
  port = await freePort();
  journal = join(covalent.home, "journal");
});

afterEach(() => covalent.dispose());

describe.skipIf(!hasPython())(
  `a Python function that runs when its server is killed${unlessWithoutPython}`,
  () => {
    test("runs on, once, and its result counts for the next server", async () => {
      const { id, gates, url } = await dispatched();
      await kill(await serverPid());
      await writeFile(gates[0], "");
      await noted("end first");
      await startServer();
      await writeFile(gates[1], "");
      expect(await getResult(id, { url, wait: true })).toMatchObject({ result: "first second" });
      expect((await lines()).sort()).toEqual(["end first", "end second", "start first", "start second"]);
    });

    test("runs again when its worker is killed too, and nothing of the killed one is left", async () => {
      const { id, gates, url } = await dispatched();
      const server = await serverPid();
      const workers = await childrenOf(server);
      const interpreters = (await Promise.all(workers.map(childrenOf))).flat();
      expect(interpreters).toHaveLength(2);
      const scratch = await scratchOf();
      expect(scratch).toHaveLength(2);
      await Promise.all([server, ...workers].map(kill));
      await startServer();
      await expect.poll(async () => (await lines()).length, { timeout: 60_000 }).toBe(4);
      expect(interpreters.filter(isAlive)).toEqual([]);
      for (const gate of gates) await writeFile(gate, "");
      expect(await getResult(id, { url, wait: true })).toMatchObject({ result: "first second" });
      expect((await lines()).filter((line) => line.startsWith("end"))).toHaveLength(2);
      // Those of the killed workers as well as those that came after them.
      await expect.poll(scratchOf, { timeout: 60_000 }).toEqual([]);
    });
  },
);

/** Both tasks run, and wait for their gates. */
async function dispatched() {
  await startServer();
  const url = `http://localhost:${port}`;
  const gates = [join(covalent.home, "gate-1"), join(covalent.home, "gate-2")] as const;
  const id = await dispatch(gated, { url })(journal, [...gates]);
  await noted("start first");
  await noted("start second");
  return { id, gates, url };
}

async function startServer(): Promise<void> {
  const { code, stderr } = await covalent.run(["start", "--port", String(port), "--workers", "2"]);
  if (code !== 0) throw new Error(`the server did not start: ${stderr}`);
}

async function serverPid(): Promise<number> {
  const state = await readFile(join(covalent.home, ".cache/covalent/server.json"), "utf8");
  return JSON.parse(state).pid;
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
}

/** What leptons have written beside their workers. */
async function scratchOf(): Promise<readonly string[]> {
  const directory = join(covalent.home, ".cache/covalent/executors/local");
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => /\.scratch\/[^/]+$/.test(name));
}

/** A process that has ended and that nobody has waited for yet is a zombie. */
function isAlive(pid: number): boolean {
  return identifyProcess(pid) !== undefined;
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.trim().split(" ").filter(Boolean).map(Number);
}

async function lines(): Promise<string[]> {
  const text = await readFile(journal, "utf8").catch(() => "");
  return text.split("\n").filter(Boolean);
}

async function noted(line: string): Promise<void> {
  await expect.poll(lines, { timeout: 60_000 }).toContain(line);
}
