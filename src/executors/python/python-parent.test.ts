import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Logger } from "../../model/logger.ts";
import { Unstartable } from "../pool/worker-kind.ts";
import { PythonParent } from "./python-parent.ts";

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** What becomes of the first worker where the interpreter is this shell script. */
async function launched(script: string): Promise<unknown> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-parent-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const python = join(directory, "python");
  writeFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const parent = new PythonParent(python, silent);
  onTestFinished(() => parent.close());
  return parent.launch("w1", { directory, stagingDirectory: directory, lingerMs: 0 }).catch((error) => error);
}

it("an interpreter that somebody kills while it begins may be there the next time", async () => {
  const error = await launched("kill -9 $$");
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(Unstartable);
  expect(String(error)).toContain("ended (SIGKILL)");
});

it.each([
  ["gives up", "echo 'no module' >&2; exit 1", "ended (1): no module"],
  ["crashes", "kill -SEGV $$", "ended (SIGSEGV)"],
])("an interpreter that %s by itself will do so again", async (_, script, reason) => {
  const error = await launched(script);
  expect(error).toBeInstanceOf(Unstartable);
  expect(String(error)).toContain(reason);
});
