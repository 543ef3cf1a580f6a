import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

const WORKFLOWS = `
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { electron, lattice } from "covalent-ts";

const load = electron((n: number) => Array.from({ length: n }, (_, index) => index));
const sum = electron((numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
const fail = electron((value: number): number => {
  throw new RangeError(\`\${value} is too much\`);
});
export const mend = electron((value: number) => 2 * value);
const hold = electron(async (file: string) => {
  while (!existsSync(file)) await delay(10);
  return "released";
});

export const total = lattice({ name: "the-total" }, (n: number) => ({ total: sum(load(n)), big: 2n }));
export const broken = lattice((n: number) => fail(sum(load(n))));
const repeat = electron((text: string, times: number) => text.repeat(times));
export const long = lattice((times: number) => repeat("0123456789", times));
export const held = lattice((file: string) => hold(file));
`;

const NOISY = `
import { electron, lattice } from "covalent-ts";
console.log("evaluated");
setInterval(() => {}, 1000);
const one = electron(() => 1);
export default lattice(() => {
  console.log("traced");
  return one();
});
`;

let covalent: CommandLine;

beforeAll(async () => {
  covalent = commandLine();
  mkdirSync(join(covalent.home, "project"));
  writeFileSync(join(covalent.home, "project/package.json"), '{ "type": "module" }');
  writeFileSync(join(covalent.home, "project/workflows.ts"), WORKFLOWS);
  const started = await covalent.run(["start"]);
  if (started.code !== 0) throw new Error(started.stderr);
});
afterAll(() => covalent.dispose());

const FILE = "project/workflows.ts";
interface Dispatch {
  readonly dispatch_id: string;
  readonly status: string;
  readonly result: unknown;
  readonly error: { message: string; nodes: { name: string; stack: string }[] } | null;
  readonly nodes: { name: string; status: string; type: string }[];
}
const dispatched = async (...args: string[]): Promise<string> => {
  const ran = await covalent.run(["dispatch", ...args]);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran.stdout.trim();
};

describe("redispatch", () => {
  test("runs what is missing, with other arguments, other code, or another electron", async () => {
    const { dispatch_id: id } = (
      await covalent.run(["run", `${FILE}#broken`, "--args", "[4]", "--json"])
    ).json() as Dispatch;
    const again = async (...options: string[]) => {
      const { stdout, stderr } = await covalent.run(["redispatch", id.slice(0, 12), ...options]);
      expect(stdout, stderr).toMatch(/^[0-9a-f-]{36}\n$/);
      const result = await covalent.run(["result", stdout.trim(), "--wait"]);
      return { said: stderr, result: result.stdout, failure: result.stderr };
    };
    const resumed = await again("--resume");
    expect(resumed.said).toContain(`2 node(s) keep the result they have in dispatch ${id}`);
    expect(resumed.failure).toContain("RangeError: 6 is too much");
    expect((await again("--args", "[3]")).failure).toContain("RangeError: 3 is too much");
    expect((await again("--file", `${FILE}#broken`)).failure).toContain("RangeError: 6 is too much");
    const mended = await again("--reuse", "--replace", `fail=${FILE}#mend`);
    expect(mended.result).toBe("12\n");
    expect(mended.said).toContain("2 node(s)");
    const wrong = await covalent.run(["redispatch", id, "--replace", `fail=${FILE}#load`]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining(`${FILE}#mend`)]);
  }, 60_000);
});

describe("run", () => {
  test("prints one document with the result and every node", async () => {
    const ran = await covalent.run(["run", `${FILE}#total`, "--args", "[5]", "--json"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const { nodes, ...dispatch } = ran.json() as Dispatch;
    expect(dispatch).toMatchObject({
      status: "COMPLETED",
      error: null,
      result: { total: 10, big: { $bigint: "2" } },
    });
    expect(nodes.filter(({ type }) => type === "function")).toMatchObject([
      { name: "load", status: "COMPLETED" },
      { name: "sum", status: "COMPLETED" },
    ]);
  });

  test("what the user's module prints and leaves behind neither spoils the document nor keeps the command", async () => {
    writeFileSync(join(covalent.home, "project/noisy.ts"), NOISY);
    const ran = await covalent.run(["run", "project/noisy.ts", "--json"]);
    expect(ran.json()).toMatchObject({ status: "COMPLETED", result: 1 });
    expect(ran).toMatchObject({ code: 0, stderr: "evaluated\ntraced\n" });
    expect((await covalent.run(["dispatch", "project/noisy.ts"])).stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  });

  test("prints progress and the result for people, without colours where nobody sees them", async () => {
    const { stdout } = await covalent.run(["run", `${FILE}#the-total`, "--args", "[3]"]);
    expect(stdout).toMatch(
      /^the-total {2}[0-9a-f-]{36}\n✔ COMPLETED {2}load .*\n✔ COMPLETED {2}sum .*\n✔ COMPLETED {2}the-total {2}in /,
    );
    expect(stdout.trimEnd().endsWith("{ total: 3, big: 2n }")).toBe(true);
  });

  test("a failure is exit code 1 and shows the user's error with the user's line", async () => {
    const ran = await covalent.run(["run", `${FILE}#broken`, "--args", "[4]"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("✖ fail (node ");
    expect(ran.stderr).toContain("RangeError: 6 is too much");
    expect(ran.stderr).toContain("workflows.ts:9");
    const json = (
      await covalent.run(["run", `${FILE}#broken`, "--args", "[4]", "--json"])
    ).json() as Dispatch;
    expect(json).toMatchObject({ status: "FAILED", result: null, error: { nodes: [{ name: "fail" }] } });
  });

  test("Ctrl-C leaves the workflow running and says how to go on", async () => {
    const gate = join(covalent.home, "gate");
    const running = covalent.start(["run", `${FILE}#held`, "--args", JSON.stringify([gate])]);
    let said = "";
    for (const stream of [running.stdout, running.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    }
    await once(running.stdout, "data");
    const [, id = ""] = /held {2}([0-9a-f-]{36})/.exec(said) ?? [];
    running.kill("SIGINT");
    expect(await once(running, "close")).toEqual([1, null]);
    expect(said).toContain(`covalent result ${id} --wait`);
    expect((await covalent.run(["result", id])).code).toBe(1);
    writeFileSync(gate, "");
    expect(await covalent.run(["result", id.slice(0, 12), "--wait"])).toMatchObject({
      code: 0,
      stdout: "released\n",
    });
  });

  test.each([
    [FILE, "exports 4 lattices", `Name one: ${FILE}#`],
    [`${FILE}#nothing`, "has no lattice nothing", `${FILE}#total`],
  ])("%s is wrong usage that names the lattices there are", async (target, message, hint) => {
    const ran = await covalent.run(["run", target]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(hint);
  });
});

describe("what was dispatched", () => {
  test("dispatch gives the id, and result waits for the rest", async () => {
    const id = await dispatched(`${FILE}#total`, "--args", "[4]");
    const waited = (await covalent.run(["result", id, "--wait", "--json"])).json();
    expect(waited).toMatchObject({ dispatch_id: id, status: "COMPLETED", result: { total: 6 }, error: null });
  });

  test("list finds it by name and status, show by the beginning of its id", async () => {
    const id = await dispatched(`${FILE}#total`, "--args", "[2]");
    await covalent.run(["result", id, "--wait"]);
    const listed = (
      await covalent.run(["list", "--search", "the-total", "--status", "completed", "--json"])
    ).json();
    expect(listed).toMatchObject({
      dispatches: expect.arrayContaining([expect.objectContaining({ dispatch_id: id })]),
    });

    const shown = (await covalent.run(["show", id.slice(0, 13), "--json"])).json() as Dispatch;
    expect(shown).toMatchObject({ dispatch_id: id, name: "the-total", status: "COMPLETED" });
    expect(shown.nodes.length).toBeGreaterThan(2);
    const folded = (await covalent.run(["show", id])).stdout;
    expect(folded).toMatch(/and \d+ structural/);
    expect((await covalent.run(["show", id, "--nodes", "all"])).stdout).not.toContain("structural");
  });

  test("an id that does not exist is said", async () => {
    const ran = await covalent.run(["show", "ffffffffffff"]);
    expect(ran.stderr).toContain("there is no dispatch ffffffffffff");
  });
});

test("a long document reaches a slow reader whole", async () => {
  const command = covalent.start(["run", `${FILE}#long`, "--args", "[50000]", "--json"]);
  const closed = once(command, "close");
  // Nobody reads until the command has ended or waits for a reader: its pipe holds 64 KiB.
  await once(command.stdout, "readable");
  const parts: string[] = [];
  for await (const part of command.stdout.setEncoding("utf8")) parts.push(part);
  await closed;
  expect(JSON.parse(parts.join(""))).toMatchObject({
    status: "COMPLETED",
    result: "0123456789".repeat(50_000),
  });
});
