import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deathOf } from "./worker-death.ts";

describe("the death of a worker", () => {
  let directory: string;
  let stderr: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "covalent-death-"));
    stderr = join(directory, "stderr");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("that nothing explains is told with the last line that its task wrote", () => {
    writeFileSync(stderr, "earlier task\nlibfit: no licence\n\n");
    expect(deathOf(7, { exitCode: 3, signal: null }, stderr)).toMatchObject({
      message:
        "the worker process (pid 7) exited with code 3 while it ran this task; the last line of its stderr: libfit: no licence",
      exitCode: 3,
    });
  });

  it("is not explained by what an earlier task wrote", () => {
    const earlier = "FATAL ERROR: JavaScript heap out of memory\n";
    writeFileSync(stderr, earlier);
    const { message } = deathOf(7, { exitCode: 3, signal: null }, stderr, earlier.length);
    expect(message).toBe("the worker process (pid 7) exited with code 3 while it ran this task");
    expect(deathOf(7, { exitCode: 3, signal: null }, stderr).message).toContain("ran out of memory");
  });
});
