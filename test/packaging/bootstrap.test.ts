import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { olderNode } from "../support/older-node.ts";
import { runProgram } from "../support/run-program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const [node, ...options] = olderNode();

test("a script that an older Node starts runs on the Node that is installed, without installing again", async () => {
  const command = [...options, "scripts/bootstrap.mjs", "node", "-p", "process.version"];
  const { code, stdout, stderr } = await runProgram(node, command, { cwd: ROOT });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${process.version}\n`, stderr: "" });
});

test("the command is there in a clone, with its arguments and its exit code", async () => {
  const command = [...options, "scripts/bootstrap.mjs", "covalent", "show", "--nodes", "some", "x"];
  const { code, stderr } = await runProgram(node, command, { cwd: ROOT });
  expect(stderr).toContain("--nodes takes `all`, not some");
  expect(code).toBe(2);
}, 120_000);

test("the command of a clone that has not been built says so, and how it is built", async () => {
  const clone = mkdtempSync(join(tmpdir(), "covalent-clone-"));
  onTestFinished(() => rmSync(clone, { recursive: true, force: true }));
  cpSync(join(ROOT, "bin"), join(clone, "bin"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(clone, "package.json"));
  const { code, stderr } = await runProgram(process.execPath, ["bin/covalent.js", "start"], { cwd: clone });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: this clone .* not been built yet\.\nhint: `npm run build`.*\n$/),
  });
});

test("a script that does not exist is wrong usage", async () => {
  const { code, stderr } = await runProgram(node, [...options, "scripts/bootstrap.mjs", "dmeo"], {
    cwd: ROOT,
  });
  expect(stderr).toContain("build|check|covalent|demo|node|test");
  expect(code).toBe(2);
});
