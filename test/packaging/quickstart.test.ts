import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runProgram } from "../support/run-program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test("the demo runs the quickstart of the README through a server, stops it, and upgrades an old database", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, workflow = "", data = ""] = /covalent run (\S+) --args '\["(\S+)"\]'/.exec(readme) ?? [];

  const { code, stdout, stderr } = await runProgram(process.execPath, ["scripts/demo.ts"], { cwd: ROOT });

  expect(stderr).not.toMatch(/error/i);
  expect(stdout).toContain(`$ covalent run ${workflow} --args '["${data}"]'`);
  expect(stdout.match(/fit +.*COMPLETED/g)).toHaveLength(4);
  // As least squares by another program (LAPACK's gelsd) has it.
  expect(stdout).toContain("0.87588051226");
  expect(stdout).toContain("2.48009590319");
  expect(code).toBe(0);
  // The second act.
  expect(stdout).toMatch(/\$ covalent db migrate\n(.*\n)*Migrations are up to date\.\n/);
  expect(stdout).toMatch(/glacier_mass_balance +✔ COMPLETED/);

  const [, url = ""] = /Web UI {2}(\S+)/.exec(stdout) ?? [];
  const [, home = ""] = /with its data in (\S+),/.exec(stdout) ?? [];
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(existsSync(home)).toBe(false);
}, 180_000);
