import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runProgram } from "../support/run-program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test("the demo runs the quickstart of the README through a server, and stops it", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, workflow = "", data = ""] = /covalent run (\S+) --args '\["(\S+)"\]'/.exec(readme) ?? [];

  const { code, stdout, stderr } = await runProgram(process.execPath, ["scripts/demo.ts"], { cwd: ROOT });

  expect(stderr).not.toMatch(/error/i);
  expect(stdout).toContain(`Running ${workflow} with ${data}`);
  expect(stdout.match(/fit +.*COMPLETED/g)).toHaveLength(4);
  expect(JSON.parse(/Result {2}(.*?)\n\n/s.exec(stdout)?.[1] ?? "null")).toMatchObject({
    // As least squares by another program (LAPACK's gelsd) has it.
    best: { degree: 3, error: expect.closeTo(0.8758805122648, 9) },
    errors: [{ degree: 1, error: expect.closeTo(2.4800959031987, 9) }, {}, {}, { degree: 4 }],
  });
  expect(code).toBe(0);

  const url = /Web UI {2}(\S+)/.exec(stdout)?.[1] ?? "";
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});
