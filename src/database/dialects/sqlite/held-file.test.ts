import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holdFile } from "./held-file.ts";

const MODULE = fileURLToPath(new URL("held-file.ts", import.meta.url));
let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-held-"));
  file = join(directory, "server.held");
});
afterEach(() => rmSync(directory, { recursive: true }));

test("a file is held by one, until it lets go", () => {
  const first = holdFile(file);
  expect(first).toBeDefined();
  expect(holdFile(file)).toBeUndefined();
  first?.release();
  const second = holdFile(file);
  expect(second).toBeDefined();
  second?.release();
});

test("another process holds it as long as it lives, and not longer when it is killed", async () => {
  const program = `import { holdFile } from ${JSON.stringify(MODULE)};
    globalThis.held = holdFile(${JSON.stringify(file)}); console.log("held"); setInterval(() => {}, 1_000);`;
  const other = spawn(process.execPath, ["--input-type=module-typescript", "-e", program]);
  await once(other.stdout, "data");
  expect(holdFile(file)).toBeUndefined();
  other.kill("SIGKILL");
  await once(other, "exit");
  const mine = holdFile(file);
  expect(mine).toBeDefined();
  mine?.release();
});
