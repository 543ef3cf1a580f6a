import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, dispatchSync, getResult, start } from "covalent-ts";
import { describe, expect, test } from "vitest";
import { served } from "./served.ts";
import {
  branches,
  choosy,
  doubled,
  large,
  missingField,
  remembered,
  retried,
  roundTrip,
  selfAware,
  spoken,
  structures,
  surroundings,
  tooSlow,
  traced,
  twice,
} from "./workflows/catalogue.ts";

/** One server for all tests of this file; what it does for each of them is their own. */
const there = served();

describe("a workflow", () => {
  test("gives what its functions give, through fields, elements, lists and objects of handles", async () => {
    const { status, result } = await dispatchSync(structures, there.server)(2);
    expect(status).toBe("COMPLETED");
    expect(result).toEqual({
      summed: 0 + 2001 + 5,
      described: { first: 2000, rest: [1, 2006], label: "mixed" },
      raw: [
        { year: 2000, values: [0, 0] },
        { year: 2001, values: [1, 2] },
      ],
    });
  });

  test("carries whatever structured clone carries", async () => {
    const value = {
      map: new Map<unknown, unknown>([["key", new Set([1n, -0, Number.NaN])]]),
      date: new Date(86_400_000),
      bytes: new Uint8Array([1, 2, 255]),
      nothing: undefined,
      error: new RangeError("kept", { cause: "why" }),
    };
    const { result } = await dispatchSync(roundTrip, there.server)(value);
    expect(result).toEqual(value);
  });

  test("hands large values from task to task through the asset store", async () => {
    const { result } = await dispatchSync(large, there.server)(4 * 1024 * 1024);
    expect(result).toBe((4 * 1024 * 1024) / 8 / 2);
  });

  test("tries an electron again as often as it asks for", async () => {
    const journal = join(there.scratch, "retried");
    const { status, result } = await dispatchSync(retried, there.server)(journal, 3);
    expect({ status, result }).toEqual({ status: "COMPLETED", result: 3 });
    const exhausted = join(there.scratch, "exhausted");
    const failed = await dispatchSync(retried, there.server)(exhausted, 9);
    expect(failed.status).toBe("FAILED");
    expect(await readFile(exhausted, "utf8")).toBe("called\n".repeat(3));
  });

  test("shows what the last of several attempts printed", async () => {
    const { nodes } = await dispatchSync(twice, there.server)(join(there.scratch, "twice"));
    expect(await nodes.find(({ name }) => name === "sayAttempt")?.stdout()).toBe("attempt 2\n");
  });

  test("tells its tasks which attempt of which node they are", async () => {
    const { result, dispatchId, nodes } = await dispatchSync(selfAware, there.server)();
    expect(result).toEqual({ dispatchId, nodeId: 0, attempt: 2 });
    expect(await nodes[0]?.stdout()).toContain("INFO here attempt=2");
  });

  test("takes cached results over from an earlier dispatch, by code and inputs or by a key of its author's", async () => {
    const journal = join(there.scratch, "remembered");
    expect((await dispatchSync(remembered, there.server)(journal, 4, "first")).result).toEqual([8, "first"]);
    const again = await dispatchSync(remembered, there.server)(journal, 4, "second");
    expect(again.result).toEqual([8, "first"]);
    expect(again.nodes.find(({ name }) => name === "measured")?.reason).toMatch(
      /^taken from the cache: node/,
    );
    expect((await dispatchSync(remembered, there.server)(journal, 5, "third")).result).toEqual([10, "first"]);
    const ran = (await readFile(journal, "utf8")).trim().split("\n");
    expect(ran.sort()).toEqual(["keyed first", "measured 4", "measured 5"]);
  });

  test("asks an electron's own retryOn, in the worker, whether an error is worth another attempt", async () => {
    const journal = join(there.scratch, "choosy");
    const { status, error } = await dispatchSync(choosy, there.server)(journal);
    expect(status).toBe("FAILED");
    expect(error?.message).toContain("RangeError: for good");
    expect(await readFile(journal, "utf8")).toBe("called\n".repeat(3));
  });

  test("that is only registered runs when it is started", async () => {
    const path = join(there.scratch, "registered");
    const id = await dispatch(traced, { ...there.server, run: false })(path, "ran");
    expect((await getResult(id, there.server)).status).toBe("NEW_OBJECT");
    await start(id, there.server);
    expect((await getResult(id, { ...there.server, wait: true })).status).toBe("COMPLETED");
    expect(await readFile(path, "utf8")).toBe("ran\n");
  });

  test("that is dispatched twice with one key runs once", async () => {
    const path = join(there.scratch, "keyed");
    const options = { ...there.server, idempotencyKey: "the first of May" };
    const first = await dispatch(traced, options)(path, "first");
    expect(await dispatch(traced, options)(path, "first")).toBe(first);
    await expect(dispatch(traced, options)(path, "second")).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    expect((await getResult(first, { ...there.server, wait: true })).status).toBe("COMPLETED");
    expect(await readFile(path, "utf8")).toBe("first\n");
  });

  test("fails with the user's own error, cancels what depends on it, and finishes the rest", async () => {
    const result = await dispatchSync(branches, there.server)();
    expect(result.status).toBe("FAILED");
    expect(result.error?.message).toMatch(/^1 node failed: explode \(node \d+\): TypeError: no luck here/);
    const failed = result.nodes.find((node) => node.status === "FAILED");
    const error = await failed?.error();
    expect(error?.message).toContain("no luck here");
    expect(error?.stack).toMatch(/TypeError: no luck here\n.*catalogue\.ts:\d+:\d+/);
    expect(error?.stack).toContain("the deeper reason");
    const doubles = result.nodes.filter((node) => node.name === "double");
    expect(doubles.map((node) => node.status)).toEqual(["CANCELLED", "CANCELLED", "COMPLETED", "COMPLETED"]);
    expect(doubles[0]?.reason).toMatch(/^explode \(node \d+\) failed$/);
    expect(await doubles[3]?.output()).toBe(84);
  });

  test("keeps what each task printed, apart", async () => {
    const { nodes, result } = await dispatchSync(spoken, there.server)(["one", "three"]);
    expect(result).toEqual([3, 5]);
    const tasks = nodes.filter((node) => node.name === "speak");
    expect(await Promise.all(tasks.map((task) => task.stdout()))).toEqual(["out: one\n", "out: three\n"]);
    expect(await Promise.all(tasks.map((task) => task.stderr()))).toEqual(["err: one\n", "err: three\n"]);
  });

  test("ends a task that runs longer than its timeout", async () => {
    const { status, nodes } = await dispatchSync(tooSlow, there.server)();
    expect(status).toBe("FAILED");
    expect(nodes.find((node) => node.status === "FAILED")?.reason).toContain("300 ms");
  });

  test("names the field that a value does not have", async () => {
    const { nodes } = await dispatchSync(missingField, there.server)();
    const failed = nodes.find((node) => node.status === "FAILED");
    expect(failed?.name).toBe("double");
    expect(failed?.reason).toContain("absent");
  });

  test("runs in the directory of its client, with the environment its electrons ask for", async () => {
    const id = await dispatch(surroundings, there.server)();
    const { result } = await getResult(id, { ...there.server, wait: true });
    expect(result).toEqual({ directory: process.cwd(), greeting: "hello", dispatch: id });
  });

  test("keeps to its own graph when others of other shapes are dispatched at the same time", async () => {
    const counts = [1, 2, 3, 4, 5, 6];
    const runs = await Promise.all(
      counts.flatMap((count) => [
        dispatchSync(structures, there.server)(count + 1),
        dispatchSync(spoken, there.server)(Array.from({ length: count }, (_, index) => "x".repeat(index))),
      ]),
    );
    for (const [index, count] of counts.entries()) {
      expect(runs[2 * index]?.result).toMatchObject({ raw: { length: count + 1 }, summed: 2006 });
      expect(runs[2 * index + 1]?.result).toEqual(Array.from({ length: count }, (_, length) => length));
    }
  });

  test("may hold lists of lists that would fill any memory if they were written out", async () => {
    const { result } = await dispatchSync(doubled, there.server)(40);
    let level = result as unknown;
    for (let depth = 0; depth < 40; depth++) level = (level as unknown[])[1];
    expect(level).toEqual(["leaf"]);
  });

  test("can be run many times at once", async () => {
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, index) => dispatchSync(roundTrip, there.server)(index)),
    );
    expect(runs.map((run) => run.result)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});
