import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cancel, dispatch, getResult } from "covalent-ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { endless } from "../e2e/workflows/controlled.ts";
import { type CommandLine, commandLine } from "../integration/cli-process.ts";

/** Kill -9 of the server between a request and its effect: the next server goes on where it was. */

let covalent: CommandLine;

beforeEach(() => {
  covalent = commandLine();
});

afterEach(() => covalent.dispose());

test("a cancel that was answered takes effect although the server is killed at once", async () => {
  const first = await startServer();
  const journal = join(covalent.home, "journal");
  const id = await dispatch(endless, { url: first.url })(journal);
  await expect.poll(() => readFile(journal, "utf8").catch(() => ""), { timeout: 20_000 }).toMatch(/ \d+\n/);
  const task = Number(/ (\d+)\n/.exec(await readFile(journal, "utf8"))?.[1]);
  await cancel(id, { url: first.url });
  process.kill(first.pid, "SIGKILL");
  // Deaf to SIGTERM: the server did not live to the end of its grace.
  expect(isRunning(task)).toBe(true);
  const { url } = await startServer();
  const { status, nodes } = await getResult(id, { url, wait: true });
  expect(status).toBe("CANCELLED");
  expect(nodes.find(({ name }) => name === "stubborn")?.reason).toBe("cancelled on request");
  expect(isRunning(task)).toBe(false);
});

async function startServer(): Promise<{ readonly pid: number; readonly url: string }> {
  const { code, stderr } = await covalent.run(["start", "--workers", "2"]);
  if (code !== 0) throw new Error(`the server did not start: ${stderr}`);
  return JSON.parse(await readFile(join(covalent.home, ".cache/covalent/server.json"), "utf8"));
}

/** A process that has ended and that nobody has waited for yet does not run. */
function isRunning(pid: number): boolean {
  return identifyProcess(pid) !== undefined;
}
