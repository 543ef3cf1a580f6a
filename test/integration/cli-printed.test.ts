import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type CommandLine, commandLine } from "./cli-process.ts";

const WORKFLOWS = `
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { electron, lattice, context } from "covalent-ts";

const begin = electron((file: string) => file);
const talk = electron({ retries: 1 }, async (file: string) => {
  const { attempt } = context();
  console.error("attempt " + attempt + " talks");
  for (let line = 0; line < 3; line++) console.log("line " + line + " ü of " + attempt);
  while (!existsSync(file)) await delay(10);
  console.log("the gate is open");
  if (attempt === 1) throw new Error("once more");
  return "said";
});
const end = electron((said: string) => said + " and done");

export const talking = lattice((file: string) => end(talk(begin(file))));
`;
const FILE = "project/talking.ts";

let covalent: CommandLine;

beforeAll(async () => {
  // It comes back under its own address.
  covalent = commandLine(await freePort());
  mkdirSync(join(covalent.home, "project"));
  writeFileSync(join(covalent.home, "project/package.json"), '{ "type": "module" }');
  writeFileSync(join(covalent.home, FILE), WORKFLOWS);
  const started = await covalent.run(["start"]);
  if (started.code !== 0) throw new Error(started.stderr);
});
afterAll(() => covalent.dispose());

async function dispatched(gate: string): Promise<string> {
  const { stdout, stderr } = await covalent.run(["dispatch", FILE, "--args", JSON.stringify([gate])]);
  expect(stderr).toBe("");
  return stdout.trim();
}

test("what a node prints is followed over its attempts and a restart of the server, to its end", async () => {
  const gate = join(covalent.home, "gate");
  const id = await dispatched(gate);
  const following = covalent.start(["logs", id, "talk", "--follow"]);
  let [stdout, stderr] = ["", ""];
  following.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  following.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise((resolve) => following.once("exit", resolve));
  await expect.poll(() => stdout, { timeout: 60_000 }).toContain("line 2 ü of 1");
  expect((await covalent.run(["stop", "--now"])).code).toBe(0);
  await expect.poll(() => stderr, { timeout: 60_000 }).toContain("lost the server");
  writeFileSync(gate, "");
  expect((await covalent.run(["start"])).code).toBe(0);
  expect(await ended).toBe(0);
  const lines = (attempt: number) => [0, 1, 2].map((line) => `line ${line} ü of ${attempt}\n`).join("");
  expect(stdout).toBe(`${lines(1)}the gate is open\n${lines(2)}the gate is open\n`);
  expect(stderr).toContain("attempt 1 talks\n");
  expect(stderr).toContain("attempt 2 talks\n");

  const last = await covalent.run(["logs", id.slice(0, 12), "talk", "-n", "1"]);
  expect(last).toMatchObject({ code: 0, stdout: "the gate is open\n", stderr: "attempt 2 talks\n" });
  const first = await covalent.run(["logs", id, "talk", "--attempt", "1", "--json"]);
  const parts = first.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(new Set(parts.map(({ attempt }) => attempt))).toEqual(new Set([1]));
  const text = parts.filter(({ stream }) => stream === "stdout").map((part) => part.text);
  expect(text.join("")).toBe(`${lines(1)}the gate is open\n`);
});

test("a dispatch is run again from a node, by its name or its id, and the rest is kept", async () => {
  const gate = join(covalent.home, "gate");
  writeFileSync(gate, "");
  const id = await dispatched(gate);
  await covalent.run(["result", id, "--wait"]);
  const again = await covalent.run(["redispatch", id, "--from", "end", "--json"]);
  const { dispatch_id: renewed, reused } = again.json() as { dispatch_id: string; reused: number };
  const shown = await covalent.run(["show", id, "--nodes", "all", "--json"]);
  const { nodes } = shown.json() as { nodes: readonly { readonly id: number; readonly name: string }[] };
  const idOf = (name: string) => String(nodes.find((node) => node.name === name)?.id);
  // The two tasks before it.
  expect(reused).toBe(2);
  expect((await covalent.run(["result", renewed, "--wait"])).stdout.trim()).toBe("said and done");
  const kept = await covalent.run(["logs", renewed, "talk"]);
  expect(kept).toMatchObject({ code: 0, stdout: "" });
  expect(kept.stderr).toContain("has not run");
  const byId = await covalent.run(["redispatch", id, "--from", idOf("talk"), "--json"]);
  expect((byId.json() as { reused: number }).reused).toBe(1);
});

test("what is meant wrongly is refused, with what would help", async () => {
  const gate = join(covalent.home, "gate");
  writeFileSync(gate, "");
  const id = await dispatched(gate);
  await covalent.run(["result", id, "--wait"]);
  const refused = async (args: readonly string[], says: RegExp) => {
    const { code, stderr } = await covalent.run(args);
    expect(code, args.join(" ")).not.toBe(0);
    expect(stderr).toMatch(says);
  };
  await refused(["logs", id], /covalent logs .* NODE/);
  await refused(["logs", id, "nobody"], /no node named nobody[\s\S]*covalent show/);
  await refused(["logs", id, "999"], /has no node 999/);
  await refused(["logs", id, "talk", "--attempt", "7"], /has no attempt 7/);
  await refused(["logs", id, "talk", "--attempt", "x"], /--attempt must be a number/);
  await refused(["logs", "--attempt", "1"], /none is given/);
  await refused(["redispatch", id, "--from", "end", "--args", "[1]"], /--from goes with neither/);
  await refused(["redispatch", id, "--from", "nobody"], /no node named nobody/);
});
