import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, getResult, redispatch, start } from "covalent-ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { effects } from "../e2e/workflows/catalogue.ts";
import { effects as sublatticeEffects } from "../e2e/workflows/sublattices.ts";
import { type CommandLine, commandLine } from "../integration/cli-process.ts";
import { freePort } from "../support/free-port.ts";

/** Kill -9 of a real server while a workflow runs: the next server goes on where it was. */

let covalent: CommandLine;
let port: number;

beforeEach(async () => {
  covalent = commandLine();
  port = await freePort();
});

afterEach(() => covalent.dispose());

test("a workflow finishes although its server is killed again and again, and no task runs twice", async () => {
  await startServer();
  const url = `http://localhost:${port}`;
  const journal = join(covalent.home, "journal");
  const [width, depth] = [4, 6];
  const other = await dispatch(effects, { url })(`${journal}-other`, 2, 3, 200);
  const id = await dispatch(effects, { url })(journal, width, depth, 120);
  const waiting = getResult(id, { url, wait: true });
  // Each time while a task runs: one has begun that has not ended.
  for (const started of [3, 9, 15]) {
    await untilLines(journal, /^start/gm, started);
    await killServer();
    await startServer();
  }
  expect((await getResult(other, { url, wait: true })).result).toBe(2 + 5);
  const { status, result } = await waiting;
  expect(status).toBe("COMPLETED");
  expect(result).toBe(lastOfEach(width, depth).reduce((sum, index) => sum + index, 0));
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  const all = Array.from({ length: width * depth }, (_, index) => index);
  // The workers outlive their server and keep their results, so nothing needs to run again.
  expect(lines.filter((line) => line.startsWith("start")).sort()).toEqual(
    all.map((index) => `start ${index}`).sort(),
  );
  expect(lines.filter((line) => line.startsWith("end")).sort()).toEqual(
    all.map((index) => `end ${index}`).sort(),
  );
});

test("tasks whose workers are killed with the server run again, and completed ones do not", async () => {
  await startServer();
  const url = `http://localhost:${port}`;
  const journal = join(covalent.home, "journal");
  const id = await dispatch(effects, { url })(journal, 2, 5, 150);
  await untilLine(journal, "end 1");
  const completed = new Set(
    (await getResult(id, { url })).nodes.filter((node) => node.status === "COMPLETED").map((node) => node.id),
  );
  await killServer({ withWorkers: true });
  const before = await readFile(journal, "utf8");
  await startServer();
  const { status, nodes } = await getResult(id, { url, wait: true });
  expect(status).toBe("COMPLETED");
  expect(nodes.every((node) => node.status === "COMPLETED")).toBe(true);
  const after = (await readFile(journal, "utf8")).slice(before.length);
  for (const node of nodes.filter(({ id: nodeId, name }) => name === "effect" && completed.has(nodeId))) {
    expect(after).not.toContain(`start ${await node.output()}\n`);
  }
});

test("sublattices go on where they were when the server, and then its workers too, are killed", async () => {
  await startServer();
  const url = `http://localhost:${port}`;
  const journal = join(covalent.home, "journal");
  const [width, depth] = [3, 4];
  const id = await dispatch(sublatticeEffects, { url })(journal, width, depth, 100);
  for (const [started, withWorkers] of [
    [1, false],
    [4, false],
    [8, true],
  ] as const) {
    await untilLines(journal, /^start/gm, started);
    await killServer({ withWorkers });
    await startServer();
  }
  const { status, result, nodes } = await getResult(id, { url, wait: true });
  expect({ status, result }).toEqual({ status: "COMPLETED", result: ["0-3", "1-3", "2-3"] });
  const subs = nodes.filter(({ type }) => type === "sublattice");
  expect(new Set(subs.map(({ subDispatchId }) => subDispatchId)).size).toBe(width);
  for (const sub of subs) expect((await sub.subDispatch())?.status).toBe("COMPLETED");
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  const ends = new Set(lines.filter((line) => line.startsWith("end")));
  expect(ends.size).toBe(width * depth);
});

test("a redispatch goes on with what it takes over, whether its server is killed before or in its start", async () => {
  await startServer();
  const url = `http://localhost:${port}`;
  const journal = join(covalent.home, "journal");
  const id = await dispatch(effects, { url })(journal, 4, 6, 1);
  const { result } = await getResult(id, { url, wait: true });
  const before = await readFile(journal, "utf8");
  const again = await redispatch(id, { url, resume: true, run: false });
  const args: [string, number, number, number] = [journal, 4, 6, 1];
  const changed = await redispatch(id, { url, args, reusePreviousResults: true, run: false });
  await killServer();
  await startServer();
  for (const repeated of [again, changed]) {
    const starting = start(repeated, { url }).catch(() => undefined);
    await killServer();
    await starting;
    await startServer();
    await start(repeated, { url });
    expect(await getResult(repeated, { url, wait: true })).toMatchObject({ status: "COMPLETED", result });
  }
  expect(await readFile(journal, "utf8")).toBe(before);
});

async function startServer(): Promise<void> {
  const { code, stderr } = await covalent.run(["start", "--port", String(port), "--workers", "2"]);
  if (code !== 0) throw new Error(`the server did not start: ${stderr}`);
}

async function killServer({ withWorkers = false } = {}): Promise<void> {
  const pid = (await serverState()).pid;
  const workers = withWorkers ? await childrenOf(pid) : [];
  process.kill(pid, "SIGKILL");
  for (const worker of workers) process.kill(worker, "SIGKILL");
}

async function serverState(): Promise<{ pid: number }> {
  return JSON.parse(await readFile(join(covalent.home, ".cache/covalent/server.json"), "utf8"));
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.trim().split(" ").filter(Boolean).map(Number);
}

async function untilLines(file: string, pattern: RegExp, count: number): Promise<void> {
  const seen = async () => (await readFile(file, "utf8").catch(() => "")).match(pattern)?.length ?? 0;
  await expect.poll(seen, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(count);
}

async function untilLine(file: string, line: string): Promise<void> {
  await expect.poll(() => readFile(file, "utf8").catch(() => ""), { timeout: 20_000 }).toContain(line);
}

function lastOfEach(width: number, depth: number): number[] {
  return Array.from({ length: width }, (_, chain) => chain * depth + depth - 1);
}
