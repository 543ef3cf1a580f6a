import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { olderNode } from "../support/older-node.ts";
import { runProgram } from "../support/run-program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let project = "";
let packed: readonly string[] = [];

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "covalent-package-"));
  const pack = await runProgram(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", project],
    { cwd: ROOT },
  );
  const [{ filename, files }] = JSON.parse(pack.stdout);
  packed = files.map((file: { path: string }) => file.path);
  await writeFile(join(project, "package.json"), '{ "name": "somebody", "type": "module" }');
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", filename];
  const installed = await runProgram("npm", install, { cwd: project });
  expect(installed.stderr).not.toContain("ERR!");
});

afterAll(() => rm(project, { recursive: true, force: true }));

describe("the published package", () => {
  test("holds what it needs and nothing else", () => {
    expect(packed).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "docs/errors.md"]),
    );
    expect(packed).toEqual(expect.arrayContaining(["bin/covalent.js", "dist/index.js", "dist/index.d.ts"]));
    const surplus = packed.filter((file) => /\.test|\.build$|^(src|test|examples|scripts)\//.test(file));
    expect(surplus).toEqual([]);
  });

  test("gives a project the covalent command", async () => {
    const { code, stdout, stderr } = await runProgram("npx", ["--no-install", "covalent", "--help"], {
      cwd: project,
      env: { npm_config_loglevel: "error" },
    });
    expect(stderr).toBe("");
    expect(stdout).toContain("Usage: covalent");
    expect(code).toBe(0);
  });

  test("gives a project the SDK", async () => {
    const program = 'import { electron } from "covalent-ts"; console.log(await electron((x) => x + 1)(41));';
    await writeFile(join(project, "program.js"), program);
    const { stdout, stderr } = await runProgram(process.execPath, ["program.js"], { cwd: project });
    expect({ stdout, stderr }).toEqual({ stdout: "42\n", stderr: "" });
  });

  test("says in one sentence what it needs when its Node is too old", async () => {
    const [node, ...options] = olderNode();
    const bin = join(project, "node_modules", ".bin", "covalent");
    const { code, stdout, stderr } = await runProgram(node, [...options, bin, "--help"], { cwd: project });
    expect(stderr).toMatch(/^covalent needs Node\.js 24 or newer and this is \d+\.\d+\.\d+: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
