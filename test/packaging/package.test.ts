import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let project = "";
let packed: readonly string[] = [];

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "covalent-package-"));
  const pack = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], ROOT);
  const [{ filename, files }] = JSON.parse(pack.stdout);
  packed = files.map((file: { path: string }) => file.path);
  await writeFile(join(project, "package.json"), '{ "name": "somebody", "type": "module" }');
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", filename];
  const installed = await run("npm", install, project);
  expect(installed.stderr).not.toContain("ERR!");
});

afterAll(() => rm(project, { recursive: true, force: true }));

/** Runs a program to its end, whatever it ends with. */
function run(
  command: string,
  parameters: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment };
    execFile(command, parameters, { cwd, env }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

/** A Node older than 24 that is installed on this machine. */
function olderNode(): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "node"))
    .find((node) => existsSync(node) && Number.parseInt(versionOf(node), 10) < 24);
}

function versionOf(node: string): string {
  return execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
}

describe("the published package", () => {
  test("holds what it needs and nothing else", () => {
    expect(packed).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "docs/errors.md"]),
    );
    expect(packed).toEqual(expect.arrayContaining(["bin/covalent.js", "dist/index.js", "dist/index.d.ts"]));
    const surplus = packed.filter((file) => /\.test|\.build|^(src|test|examples|scripts)\//.test(file));
    expect(surplus).toEqual([]);
  });

  test("gives a project the covalent command", async () => {
    const { code, stdout, stderr } = await run("npx", ["--no-install", "covalent", "--help"], project);
    expect(stderr).toBe("");
    expect(stdout).toContain("Usage: covalent");
    expect(code).toBe(0);
  });

  test("gives a project the SDK", async () => {
    const program = 'import { electron } from "covalent-ts"; console.log(await electron((x) => x + 1)(41));';
    await writeFile(join(project, "program.js"), program);
    const { stdout, stderr } = await run(process.execPath, ["program.js"], project);
    expect({ stdout, stderr }).toEqual({ stdout: "42\n", stderr: "" });
  });

  test("says in one sentence what it needs when its Node is too old", async () => {
    const older = olderNode();
    const pretend = `data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.11.0" } })`;
    const node = older ?? process.execPath;
    const preload = older === undefined ? ["--import", pretend] : [];
    const bin = join(project, "node_modules", ".bin", "covalent");
    const { code, stdout, stderr } = await run(node, [...preload, bin, "--help"], project);
    expect(stderr).toMatch(/^covalent needs Node\.js 24 or newer and this is \d+\.\d+\.\d+: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
