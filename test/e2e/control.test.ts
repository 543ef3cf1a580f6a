import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cancel, dispatch, dispatchSync, getResult, pause, resume } from "covalent-ts";
import { describe, expect, test } from "vitest";
import { identifyProcess } from "../../src/process/process-identity.ts";
import { served } from "./served.ts";
import { choosy, endless, late, oneAtATime } from "./workflows/controlled.ts";

/** Real workers: what was cancelled is a process that is gone. */
const there = served();

describe("cancel()", () => {
  test("kills a task that is deaf to SIGTERM, keeps what is complete, and frees its place", async () => {
    const journal = join(there.scratch, "whole");
    const id = await dispatch(endless, there.server)(journal);
    const pid = await processOf(journal);
    await expect.poll(() => statusOf(id, "quick")).toBe("COMPLETED");
    await cancel(id, { ...there.server, wait: true });
    const { status, nodes, error } = await getResult(id, there.server);
    expect(status).toBe("CANCELLED");
    expect(error?.message).toContain("cancelled on request");
    const states = Object.fromEntries(nodes.map((node) => [node.name, node.status]));
    expect(states).toMatchObject({ stubborn: "CANCELLED", after: "CANCELLED", quick: "COMPLETED" });
    expect(isRunning(pid)).toBe(false);
    const { result } = await dispatchSync(oneAtATime, there.server)(join(there.scratch, "next"), 1);
    expect(result).toEqual([0]);
  });

  test("of some nodes ends these and what builds on them", async () => {
    const journal = join(there.scratch, "nodes");
    const id = await dispatch(endless, there.server)(journal);
    await processOf(journal);
    const { nodes } = await getResult(id, there.server);
    const stubborn = nodes.find(({ name }) => name === "stubborn");
    await cancel(id, { ...there.server, nodes: [stubborn?.id ?? -1], wait: true });
    const { status, nodes: ended } = await getResult(id, { ...there.server, wait: true });
    expect(status).toBe("CANCELLED");
    expect(ended.find(({ name }) => name === "after")?.reason).toMatch(
      /^stubborn \(node \d+\) was cancelled$/,
    );
    expect(ended.find(({ name }) => name === "quick")?.status).toBe("COMPLETED");
  });

  test("says when there is no such dispatch or node, and when no node is named", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    await expect(cancel(unknown, there.server)).rejects.toMatchObject({ code: "DISPATCH_NOT_FOUND" });
    await expect(cancel(unknown, { ...there.server, nodes: [] })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});

test("a dispatch that is not over by its deadline is FAILED, and what runs is killed", async () => {
  const journal = join(there.scratch, "late");
  const { status, error } = await dispatchSync(late, there.server)(journal);
  expect(status).toBe("FAILED");
  expect(error?.message).toContain("deadline of 1.5 s passed while stubborn");
  expect(isRunning(await processOf(journal))).toBe(false);
});

test("a dispatch's own deadline is put in place of its lattice's", async () => {
  const { error } = await dispatchSync(late, { ...there.server, deadline: "400ms" })(
    join(there.scratch, "own"),
  );
  expect(error?.message).toContain("deadline of 400 ms");
});

test("an electron runs no more often at once than it says, and the rest waits", async () => {
  const journal = join(there.scratch, "limited");
  const { status } = await dispatchSync(oneAtATime, there.server)(journal, 5);
  expect(status).toBe("COMPLETED");
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  expect(lines.map((line) => line.split(" ")[0])).toEqual(Array(5).fill(["begin", "end"]).flat());
});

test("only what was chosen is tried again, subclasses included, after the wait that was asked for", async () => {
  const journal = join(there.scratch, "choosy");
  await dispatchSync(choosy, there.server)(journal);
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  expect(lines.filter((line) => line.startsWith("wrong"))).toHaveLength(1);
  const times = lines.filter((line) => line.startsWith("busy")).map((line) => Number(line.split(" ")[1]));
  expect(times).toHaveLength(3);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(50);
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(100);
});

test("a paused dispatch goes on when it is resumed", async () => {
  const journal = join(there.scratch, "paused");
  const id = await dispatch(oneAtATime, there.server)(journal, 20);
  await pause(id, there.server);
  await resume(id, there.server);
  const { status, result } = await getResult(id, { ...there.server, wait: true });
  expect(status).toBe("COMPLETED");
  expect(result).toHaveLength(20);
  await expect(pause(id, there.server)).rejects.toMatchObject({ code: "DISPATCH_ENDED" });
});

async function processOf(journal: string): Promise<number> {
  const text = () => readFile(journal, "utf8").catch(() => "");
  await expect.poll(text, { timeout: 20_000 }).toMatch(/ \d+\n/);
  return Number(/ (\d+)\n/.exec(await text())?.[1]);
}

async function statusOf(id: string, name: string): Promise<string | undefined> {
  return (await getResult(id, there.server)).nodes.find((node) => node.name === name)?.status;
}

/** A process that has ended and that nobody has waited for yet does not run. */
function isRunning(pid: number): boolean {
  return identifyProcess(pid) !== undefined;
}
