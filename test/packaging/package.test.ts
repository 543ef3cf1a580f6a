import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { olderNode } from "../support/older-node.ts";
import { runProgram } from "../support/run-program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const WORKFLOW = `
import { dispatch, electron, getResult, lattice } from "covalent-ts";

const clean = electron((text: string) => text.split(" "));
const count = electron({ retries: 2 }, (words: string[]) => words.length);
export const words = lattice((text: string) => count(clean(text)));

const id = await dispatch(words)("to be or not to be");
const result = await getResult<number>(id, { wait: true });
export const value: number | undefined = result.result;
`;

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
  await install(join(project, filename));
});

/** As `npm install` would, with the dependencies that lie here already: no registry is asked, so it works offline. */
async function install(tarball: string): Promise<void> {
  const modules = join(project, "node_modules");
  const installed = join(modules, "covalent-ts");
  await mkdir(installed, { recursive: true });
  const unpack = ["-xzf", tarball, "-C", installed, "--strip-components=1"];
  expect((await runProgram("tar", unpack, { cwd: project })).code).toBe(0);
  const { bin, dependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  const command = join(installed, bin.covalent);
  await chmod(command, 0o755);
  await mkdir(join(modules, ".bin"));
  await symlink(command, join(modules, ".bin", "covalent"));
}

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

  test("holds every page that its pages link to", async () => {
    const missing: string[] = [];
    for (const page of packed.filter((file) => file.endsWith(".md"))) {
      const text = await readFile(join(ROOT, page), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)) {
        const linked = posix.join(posix.dirname(page), target);
        if (!packed.includes(linked)) missing.push(`${page}: ${target}`);
      }
    }
    expect(missing).toEqual([]);
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

  test("compiles where there are no types of Node's", async () => {
    await writeFile(join(project, "flow.ts"), WORKFLOW);
    const options =
      "--strict --noEmit --module esnext --moduleResolution bundler --lib es2022,dom --target es2022";
    const { code, stdout } = await runProgram(process.execPath, [TSC, ...options.split(" "), "flow.ts"], {
      cwd: project,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  });

  test("says in one sentence what it needs when its Node is too old", async () => {
    const [node, ...options] = olderNode();
    const bin = join(project, "node_modules", ".bin", "covalent");
    const { code, stdout, stderr } = await runProgram(node, [...options, bin, "--help"], { cwd: project });
    expect(stderr).toMatch(/^covalent needs Node\.js 24 or newer and this is \d+\.\d+\.\d+: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
