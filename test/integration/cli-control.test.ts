import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

const WORKFLOWS = `
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { electron, lattice } from "covalent-ts";

const hold = electron(async (directory: string) => {
  writeFileSync(directory + "/begun", "");
  while (!existsSync(directory + "/gate")) await delay(10);
  return "released";
});
const after = electron((said: string) => said + " and gone on");

export const held = lattice((directory: string) => after(hold(directory)));
`;
const FILE = "project/held.ts";

interface Dispatch {
  readonly status: string;
  readonly nodes: { readonly id: number; readonly name: string; readonly status: string }[];
}

let covalent: CommandLine;
let count = 0;

beforeAll(async () => {
  covalent = commandLine();
  mkdirSync(join(covalent.home, "project"));
  writeFileSync(join(covalent.home, "project/package.json"), '{ "type": "module" }');
  writeFileSync(join(covalent.home, FILE), WORKFLOWS);
  const started = await covalent.run(["start"]);
  if (started.code !== 0) throw new Error(started.stderr);
});
afterAll(() => covalent.dispose());

/** A dispatch whose first task runs until {@link release}. */
async function holding(): Promise<{ readonly id: string; readonly directory: string }> {
  const { id, directory } = await dispatched();
  await expect.poll(() => existsSync(join(directory, "begun")), { timeout: 20_000 }).toBe(true);
  return { id, directory };
}

async function dispatched(
  ...options: string[]
): Promise<{ readonly id: string; readonly directory: string }> {
  const directory = join(covalent.home, `held-${count++}`);
  mkdirSync(directory);
  const started = await covalent.run(["dispatch", FILE, "--args", JSON.stringify([directory]), ...options]);
  expect(started.stderr).toBe("");
  return { id: started.stdout.trim(), directory };
}

function release(directory: string): void {
  writeFileSync(join(directory, "gate"), "");
}

async function shown(id: string): Promise<Dispatch> {
  return (await covalent.run(["show", id, "--json"])).json() as Dispatch;
}

describe("cancel", () => {
  test("ends a dispatch by the beginning of its id, and says so", async () => {
    const { id } = await holding();
    const cancelled = await covalent.run(["cancel", id.slice(0, 12), "--wait"]);
    expect(cancelled).toMatchObject({
      code: 0,
      stdout: `cancelled dispatch ${id}; the dispatch is CANCELLED\n`,
    });
    const again = await covalent.run(["cancel", id, "--json"]);
    expect(again.json()).toEqual({ dispatch_id: id, status: "CANCELLED" });
  });

  test("ends some nodes alone, and refuses what are none", async () => {
    const { id, directory } = await holding();
    const after = (await shown(id)).nodes.find(({ name }) => name === "after")?.id;
    const cancelled = await covalent.run(["cancel", id, "--nodes", `${after}`, "--wait"]);
    expect(cancelled.stdout).toContain(`cancelled nodes ${after} of dispatch ${id}`);
    expect((await covalent.run(["cancel", id, "--nodes", "one"])).code).toBe(2);
    const unknown = await covalent.run(["cancel", id, "--nodes", "4711"]);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("4711")]);
    release(directory);
    expect((await covalent.run(["result", id, "--wait"])).code).toBe(1);
    const { nodes } = await shown(id);
    expect(nodes.find(({ name }) => name === "hold")?.status).toBe("COMPLETED");
  });
});

test("pause holds what has not begun, and resume lets it go on", async () => {
  const { id, directory } = await holding();
  const paused = await covalent.run(["pause", id.slice(0, 12), "--json"]);
  expect(paused.json()).toEqual({ dispatch_id: id, paused: true });
  release(directory);
  const statuses = async () =>
    Object.fromEntries((await shown(id)).nodes.map((node) => [node.name, node.status]));
  await expect.poll(statuses, { timeout: 20_000 }).toMatchObject({ hold: "COMPLETED" });
  expect((await shown(id)).status).toBe("RUNNING");
  expect((await covalent.run(["resume", id])).stdout).toBe(`dispatch ${id} goes on\n`);
  expect((await covalent.run(["result", id, "--wait"])).stdout).toBe("released and gone on\n");
  const over = await covalent.run(["pause", id]);
  expect([over.code, over.stderr]).toEqual([1, expect.stringContaining("COMPLETED already")]);
});

describe("run, dispatch and redispatch", () => {
  test("take a deadline", async () => {
    const { id } = await dispatched("--deadline", "1s", "--priority", "-3");
    const late = await covalent.run(["result", id, "--wait"]);
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining("deadline of 1.0 s passed")]);
    const sooner = await covalent.run(["redispatch", id, "--deadline", "700ms"]);
    const second = await covalent.run(["result", sooner.stdout.trim(), "--wait"]);
    expect(second.stderr).toContain("deadline of 700 ms passed");
  });

  test.each([
    ["--priority", "high", "whole number"],
    ["--deadline", "soon", "soon"],
    ["--deadline", "0", "longer than 0"],
  ])("%s %s is wrong usage", async (flag, value, message) => {
    const wrong = await covalent.run(["run", FILE, flag, value]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
