import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./cli-process.ts";

const WORKFLOWS = `
import { electron, lattice } from "covalent-ts";

const load = electron((n: number) => {
  console.log("loading", n);
  return "0123456789".repeat(n);
});
const length = electron((text: string) => text.length);
const measured = electron(lattice({ name: "measured" }, (n: number) => ({ length: length(load(n)) })));
export const outer = lattice((n: number) => ({ inner: measured(n), big: 2n }));
`;

let here: CommandLine;
let there: CommandLine;

beforeAll(async () => {
  [here, there] = [commandLine(), commandLine()];
  mkdirSync(join(here.home, "project"));
  writeFileSync(join(here.home, "project/package.json"), '{ "type": "module" }');
  writeFileSync(join(here.home, "project/outer.ts"), WORKFLOWS);
  for (const started of await Promise.all([here.run(["start"]), there.run(["start"])]))
    if (started.code !== 0) throw new Error(started.stderr);
});
afterAll(async () => {
  await here.dispose();
  await there.dispose();
});

async function ran(): Promise<string> {
  const run = await here.run(["run", "project/outer.ts", "--args", "[5000]", "--json"]);
  expect(run.code, run.stderr).toBe(0);
  return (run.json() as { dispatch_id: string }).dispatch_id;
}

test("covalent export and import take a dispatch with its sublattices to another server", async () => {
  const id = await ran();
  const exported = await here.run(["export", id.slice(0, 8)]);
  expect(exported.code, exported.stderr).toBe(0);
  const file = exported.stdout.trim();
  expect(file).toMatch(/covalent-[0-9a-f]{8}\.tar\.gz$/);
  expect((await here.run(["export", id])).stderr).toContain("is there already");
  expect((await here.run(["export", id, "--force", "--json"])).json()).toMatchObject({
    dispatch_id: id,
    file,
  });

  const imported = await there.run(["import", file]);
  expect(imported.stderr).toContain("imported outer and 1 of its sublattices");
  expect(imported.stdout.trim()).toBe(id);
  const result = await there.run(["result", id, "--json"]);
  expect(result.json()).toMatchObject({ result: { inner: { length: 50_000 }, big: { $bigint: "2" } } });
  expect(result.json()).toEqual((await here.run(["result", id, "--json"])).json());
  const shown = (one: CommandLine) => one.run(["show", id, "--nodes", "all"]);
  expect((await shown(there)).stdout).toBe((await shown(here)).stdout);
  const again = await there.run(["import", file, "--json"]);
  expect(again.json()).toMatchObject({ dispatch_id: id, imported: false });

  const unasked = await there.run(["purge", id]);
  expect([unasked.code, unasked.stderr]).toEqual([
    1,
    expect.stringContaining("Remove 1 dispatch(es) for good?"),
  ]);

  // It runs there as well, from the code that came with it.
  const repeated = await there.run(["redispatch", id, "--args", "[7]"]);
  expect(repeated.code, repeated.stderr).toBe(0);
  const other = await there.run(["result", repeated.stdout.trim(), "--wait", "--json"]);
  expect(other.json()).toMatchObject({ result: { inner: { length: 70 } } });
});

test("a file that is damaged, and one that is not there, are told and import nothing", async () => {
  const file = join(here.home, "damaged.tar.gz");
  const exported = await here.run(["export", await ran(), "--output", file]);
  expect(exported.code, exported.stderr).toBe(0);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length / 2));
  const before = (await there.run(["list", "--sublattices", "--json"])).json();
  const imported = await there.run(["import", file]);
  expect([imported.code, imported.stderr]).toEqual([1, expect.stringContaining("it was cut short")]);
  expect((await there.run(["list", "--sublattices", "--json"])).json()).toEqual(before);
  expect((await there.run(["import", "nothing.tar.gz"])).stderr).toContain("there is no file");
});

test("an export that cannot be written leaves nothing", async () => {
  const id = await ran();
  const file = join(here.home, "no", "such", "place.tar.gz");
  expect((await here.run(["export", id, "-o", file])).stderr).toContain("cannot be written");
  expect(existsSync(join(here.home, "no"))).toBe(false);
  expect(readdirSync(here.home).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("covalent purge removes a dispatch for good, and it can be imported again", async () => {
  const id = await ran();
  const file = join(here.home, "purged.tar.gz");
  await here.run(["export", id, "--output", file]);
  const purged = await here.run(["purge", id.slice(0, 8), "--yes", "--json"]);
  expect(purged.json(), purged.stderr).toMatchObject({ dispatches: 2 });
  expect((await here.run(["show", id])).stderr).toContain("there is no dispatch");
  const imported = await here.run(["import", file]);
  expect([imported.code, imported.stdout.trim()]).toEqual([0, id]);
  expect((await here.run(["result", id, "--json"])).json()).toMatchObject({
    result: { inner: { length: 50_000 } },
  });
});
