import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

const WORKFLOW = `
import { electron, lattice, timeTrigger } from "covalent-ts";

const double = electron((n: number) => n * 2);

export const nightly = lattice({ name: "nightly", triggers: [timeTrigger({ every: "1h" })] }, (n: number) => double(n));
`;
const FILE = "project/nightly.ts";

interface Listed {
  readonly triggers: readonly {
    readonly id: string;
    readonly dispatch_id: string;
    readonly fired: number;
  }[];
}

let covalent: CommandLine;

beforeAll(async () => {
  covalent = commandLine();
  mkdirSync(join(covalent.home, "project"));
  writeFileSync(join(covalent.home, "project/package.json"), '{ "type": "module" }');
  writeFileSync(join(covalent.home, FILE), WORKFLOW);
  const started = await covalent.run(["start", "--workers", "1"]);
  if (started.code !== 0) throw new Error(started.stderr);
});
afterAll(() => covalent.dispose());

const list = async () => (await covalent.run(["triggers", "ls", "--json"])).json() as Listed;
const shown = async () => (await covalent.run(["triggers", "ls"])).stdout;

test("triggers are listed with what they start, fired, held and ended by hand", async () => {
  expect(await shown()).toContain("There are no triggers");
  const id = (await covalent.run(["dispatch", FILE, "--args", "[21]"])).stdout.trim();
  const [trigger] = (await list()).triggers;
  expect(trigger).toMatchObject({ dispatch_id: id, fired: 0 });
  expect(await shown()).toMatch(new RegExp(`${id} +nightly +every 3600 s +0 .*observed`));
  const prefix = trigger?.id.slice(0, 6) ?? "";

  const fired = (await covalent.run(["triggers", "fire", prefix])).stdout.trim();
  const result = await covalent.run(["result", fired, "--wait", "--json"]);
  expect(result.json()).toMatchObject({ status: "COMPLETED", result: 42 });
  expect((await list()).triggers).toMatchObject([{ fired: 1 }]);

  expect(await covalent.run(["triggers", "pause", prefix])).toMatchObject({ code: 0 });
  expect(await shown()).toMatch(/nightly .*paused/);
  expect(await covalent.run(["triggers", "resume", prefix])).toMatchObject({ code: 0 });
  expect(await shown()).toMatch(/nightly .*observed/);

  expect(await covalent.run(["triggers", "stop", prefix])).toMatchObject({ code: 0 });
  expect((await list()).triggers).toEqual([]);
  const unknown = await covalent.run(["triggers", "stop", prefix.replace(/./g, "z")]);
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr).not.toContain("    at ");
});
