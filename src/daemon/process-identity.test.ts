import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identify, isRunning } from "./process-identity.ts";

test("a process is itself, and no longer so when it has ended", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  await once(child, "spawn");
  const identity = identify(child.pid ?? 0);
  expect(identity).toMatchObject({ pid: child.pid });
  expect(identity !== undefined && isRunning(identity)).toBe(true);
  child.stdin.end();
  await once(child, "exit");
  expect(identity !== undefined && isRunning(identity)).toBe(false);
});

test("another process with the same pid, or of an earlier boot, is another one", () => {
  const own = identify(process.pid);
  if (own === undefined) throw new Error("this process has no identity");
  expect(isRunning(own)).toBe(true);
  expect(isRunning({ ...own, startTime: "1" })).toBe(false);
  expect(isRunning({ ...own, bootId: "another" })).toBe(false);
});

test.runIf(process.platform === "linux")(
  "a process that has ended and was not collected is not running",
  async () => {
    // The shell starts a child that ends at once, and then becomes a program that never collects it.
    const parent = spawn("sh", ["-c", "true & echo $!; exec cat"], { stdio: ["pipe", "pipe", "ignore"] });
    const [pid] = await once(parent.stdout.setEncoding("utf8"), "data");
    const deadline = Date.now() + 5_000;
    while (identify(Number(pid)) !== undefined && Date.now() < deadline) await new Promise(setImmediate);
    expect(identify(Number(pid))).toBeUndefined();
    parent.stdin.end();
    await once(parent, "exit");
  },
);
