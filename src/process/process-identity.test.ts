import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { identifyProcess, isAlive, signalProcess } from "./process-identity.ts";

it("a process is known by its number, its start and the machine's boot, and signalled only by all three", async () => {
  const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error("not found");
  expect(isAlive(identity)).toBe(true);
  expect(signalProcess({ ...identity, startTime: "1" }, "SIGKILL", true)).toBe(false);
  expect(signalProcess({ ...identity, bootId: "another" }, "SIGKILL", true)).toBe(false);
  expect(isAlive(identity)).toBe(true);
  expect(signalProcess(identity, "SIGKILL", true)).toBe(true);
  await once(child, "exit");
  expect(isAlive(identity)).toBe(false);
  expect(identifyProcess(identity.pid)).toBeUndefined();
});

it.runIf(process.platform === "linux")("one that has ended and was not collected is not alive", async () => {
  // The shell starts a child that ends at once, and then becomes a program that never collects it.
  const parent = spawn("sh", ["-c", "true & echo $!; exec cat"], { stdio: ["pipe", "pipe", "ignore"] });
  const [pid] = await once(parent.stdout.setEncoding("utf8"), "data");
  await expect.poll(() => identifyProcess(Number(pid))).toBeUndefined();
  parent.stdin.end();
  await once(parent, "exit");
});
