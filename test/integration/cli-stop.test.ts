import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

const WORKFLOW = `
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { electron, lattice } from "covalent-ts";

const hold = electron(async (started: string, finish: string) => {
  writeFileSync(started, "");
  while (!existsSync(finish)) await delay(10);
  return "finished";
});
export default lattice((started: string, finish: string) => hold(started, finish));
`;

let covalent: CommandLine;
const path = (name: string) => join(covalent.home, name);
const statusOf = async (id: string) =>
  ((await covalent.run(["result", id, "--json"])).json() as { status: string }).status;

beforeEach(() => {
  covalent = commandLine();
  writeFileSync(path("held.ts"), WORKFLOW);
});
afterEach(async () => {
  writeFileSync(path("finish"), "");
  await covalent.dispose();
});

/** A server with a task that runs until there is a file `finish`. */
async function holding(graceSeconds: number): Promise<string> {
  await covalent.run(["config", "set", "dispatcher.stop_grace", String(graceSeconds)]);
  await covalent.run(["start"]);
  const args = JSON.stringify([path("started"), path("finish")]);
  const dispatched = await covalent.run(["dispatch", "held.ts", "--args", args, "--json"]);
  await expect.poll(() => existsSync(path("started")), { timeout: 15_000 }).toBe(true);
  return (dispatched.json() as { dispatch_id: string }).dispatch_id;
}

describe("covalent stop, while a task runs", () => {
  test("waits for it, and it has ended when the server has", async () => {
    const id = await holding(60);
    const stopping = covalent.run(["stop"]);
    writeFileSync(path("finish"), "");
    expect(await stopping).toMatchObject({ code: 0 });
    await covalent.run(["start"]);
    expect(await statusOf(id)).toBe("COMPLETED");
  });

  test("says how long it waits, and then leaves it to the next server", async () => {
    const id = await holding(1);
    const stopped = await covalent.run(["stop"]);
    expect(stopped.stderr).toContain("Waiting up to 1 s for running tasks");
    await covalent.run(["start"]);
    expect(await statusOf(id)).toBe("RUNNING");
    writeFileSync(path("finish"), "");
    await expect.poll(() => statusOf(id), { timeout: 15_000 }).toBe("COMPLETED");
  });

  test("with --now does not wait, and cancels nothing", async () => {
    const id = await holding(3_600);
    expect(await covalent.run(["stop", "--now"])).toMatchObject({ code: 0, stderr: "" });
    await covalent.run(["start"]);
    expect(await statusOf(id)).toBe("RUNNING");
  });
});
