import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
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

test("a script that does not exist is wrong usage", async () => {
  const { code, stderr } = await runProgram(node, [...options, "scripts/bootstrap.mjs", "dmeo"], {
    cwd: ROOT,
  });
  expect(stderr).toContain("build|check|covalent|demo|node|test");
  expect(code).toBe(2);
});
