import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

/** A workflow in files that are edited between two runs: what of it runs again, and what `covalent cache` says of it. */

const FLOW = `
import { appendFileSync } from "node:fs";
import { electron, lattice } from "covalent-ts";
import { scale } from "./helper.ts";
import { unit } from "measure";

const fit = electron({ cache: true }, (journal: string, x: number) => {
  appendFileSync(journal, "fit\\n");
  return scale(x) + unit;
});
const other = electron((x: number) => x + 1);
export default lattice((journal: string, x: number) => other(fit(journal, x)));
`;
const HELPER = "export const scale = (x: number): number => x * 10;\n";

let covalent: CommandLine;
const path = (name: string) => join(covalent.home, name);
const write = (name: string, text: string) => writeFileSync(path(name), text);
/** What the workflow gives, and how often `fit` has run for it. */
async function run(x = 4): Promise<readonly [result: unknown, fits: number]> {
  rmSync(path("journal"), { force: true });
  const args = JSON.stringify([path("journal"), x]);
  const ran = await covalent.run(["run", "flow.ts", "--args", args, "--json"]);
  if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr);
  const fits = existsSync(path("journal")) ? readFileSync(path("journal"), "utf8").split("\n").length - 1 : 0;
  return [(ran.json() as { result: unknown }).result, fits];
}
function measure(version: string, unit: number): void {
  mkdirSync(path("node_modules/measure"), { recursive: true });
  write(
    "node_modules/measure/package.json",
    JSON.stringify({ name: "measure", version, type: "module", exports: "./index.js" }),
  );
  write("node_modules/measure/index.js", `export const unit = ${unit};\n`);
}

beforeAll(async () => {
  covalent = commandLine();
  write("package.json", JSON.stringify({ type: "module" }));
  await covalent.run(["start"]);
});
afterAll(() => covalent.dispose());
beforeEach(async () => {
  write("flow.ts", FLOW);
  write("helper.ts", HELPER);
  measure("1.0.0", 2);
  await covalent.run(["cache", "clear", "--yes"]);
  expect(await run()).toEqual([43, 1]);
});

test("a comment, layout, or another electron that is edited changes nothing", async () => {
  write(
    "flow.ts",
    `// a comment\n${FLOW.replace("x + 1", "x + 2").replace("return scale", "return  /* so */ scale")}`,
  );
  write("helper.ts", `/** Says how. */\n${HELPER}`);
  expect(await run()).toEqual([44, 0]);
});

test("a helper that it calls, a package's code, or an argument that is another, runs it again", async () => {
  write("helper.ts", HELPER.replace("* 10", "* 100"));
  expect(await run()).toEqual([403, 1]);
  measure("1.1.0", 3);
  expect(await run()).toEqual([404, 1]);
  expect(await run(5)).toEqual([504, 1]);
  expect(await run(5)).toEqual([504, 0]);
});

test("`covalent cache` lists what is there, explains hits and misses, and forgets", async () => {
  const newest = async () => {
    const { dispatches } = (await covalent.run(["list", "--limit", "1", "--json"])).json() as {
      dispatches: { dispatch_id: string }[];
    };
    return dispatches[0]?.dispatch_id ?? "";
  };
  const explained = async () => {
    const id = await newest();
    const { nodes } = (await covalent.run(["show", id, "--json"])).json() as {
      nodes: { id: number; name: string }[];
    };
    const node = String(nodes.find(({ name }) => name === "fit")?.id);
    return (await covalent.run(["cache", "explain", id, node])).stdout;
  };
  expect(await run()).toEqual([43, 0]);
  expect(await explained()).toMatch(/^fit \(node \d+\): hit\n {2}its result is that of node \d+ of dispatch/);
  write("helper.ts", HELPER.replace("* 10", "* 100"));
  expect(await run()).toEqual([403, 1]);
  expect(await explained()).toMatch(/: miss\n.*where its code was another/);
  expect((await covalent.run(["cache", "ls", "--name", "fit"])).stdout.split("\n")).toHaveLength(4);
  expect((await covalent.run(["cache", "clear"])).code).toBe(1);
  expect((await covalent.run(["cache", "clear", "--yes"])).stdout).toBe("2 cached result(s) forgotten.\n");
  expect((await covalent.run(["cache", "ls"])).stdout).toContain("The cache is empty");
});
