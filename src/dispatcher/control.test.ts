import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { header, link, register } from "../../test/contract/journal-manifest.ts";
import { chain, electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";

let rig: Rig;

beforeEach(async () => {
  rig = await newRig();
});

afterEach(() => rig.close());

const asked = "cancelled on request";

/** A node that runs, one that is complete, and one that waits for both. */
async function halfWay(): Promise<string> {
  const nodes = [electron(0, "a"), electron(1, "b"), electron(2, "c")];
  return register(rig.database, { nodes, links: [link(0, 2), link(1, 2)] });
}

describe("cancelling a dispatch", () => {
  test("ends what waits at once, what runs when its executor confirms it, and leaves what is complete", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await halfWay();
    await dispatcher.start(id);
    await rig.submitted("a", "b");
    await rig.executor.run("a");
    await rig.executor.place("b");
    await dispatcher.cancel(id);
    expect(rig.executor.cancelled).toEqual(["b"]);
    expect(await rig.statuses(id)).toEqual(["COMPLETED", "RUNNING", "CANCELLED"]);
    expect((await rig.dispatch(id)).status).toBe("RUNNING");
    await rig.executor.confirm("b");
    expect(await rig.statuses(id)).toEqual(["COMPLETED", "CANCELLED", "CANCELLED"]);
    expect(await rig.reasons(id)).toEqual([null, asked, asked]);
    expect(await rig.dispatch(id)).toMatchObject({ status: "CANCELLED", reason: asked });
    expect(dispatcher.health().active).toBe(0);
  });

  test("keeps what completes meanwhile, and starts nothing behind it", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a", "b"]);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    await dispatcher.cancel(id);
    await rig.executor.complete("a");
    expect(await rig.statuses(id)).toEqual(["COMPLETED", "CANCELLED"]);
    expect((await rig.dispatch(id)).status).toBe("CANCELLED");
    await rig.submitted("a");
  });

  test("of one that was never started ends it at once, and it cannot be started any more", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a", "b"]);
    await dispatcher.cancel(id);
    await dispatcher.start(id);
    expect(await rig.statuses(id)).toEqual(["CANCELLED", "CANCELLED"]);
    expect(await rig.dispatch(id)).toMatchObject({ status: "CANCELLED", reason: asked });
    expect(rig.executor.names).toEqual([]);
  });

  test("while it is being started ends it all the same", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a"]);
    const starting = dispatcher.start(id);
    await Promise.all([starting, dispatcher.cancel(id)]);
    for (const name of rig.executor.cancelled) await rig.executor.confirm(name);
    expect((await rig.dispatch(id)).status).toBe("CANCELLED");
  });

  test("changes nothing of one that has ended, and says when there is none", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a"]);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.run("a");
    await dispatcher.cancel(id);
    expect((await rig.dispatch(id)).status).toBe("COMPLETED");
    const unknown = "00000000-0000-4000-8000-000000000000";
    await expect(dispatcher.cancel(unknown)).rejects.toMatchObject({ code: "DISPATCH_NOT_FOUND" });
  });

  test("reaches an attempt that was prepared and not yet handed over", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a"]);
    await dispatcher.start(id);
    await rig.submitted("a");
    await dispatcher.cancel(id);
    await rig.executor.place("a");
    expect(rig.executor.cancelled).toEqual(["a", "a"]);
    await rig.executor.confirm("a");
    expect(await rig.statuses(id)).toEqual(["CANCELLED"]);
  });

  test("takes effect on what runs although the server died after the request", async () => {
    const first = await rig.dispatcher();
    const id = await halfWay();
    await first.start(id);
    await rig.submitted("a", "b");
    await rig.executor.run("a");
    await rig.executor.place("b");
    await first.cancel(id);
    const second = await rig.dispatcher();
    await second.recover();
    await expect.poll(() => rig.executor.cancelled).toEqual(["b"]);
    await rig.executor.lose("b");
    expect(await rig.statuses(id)).toEqual(["COMPLETED", "CANCELLED", "CANCELLED"]);
    expect((await rig.dispatch(id)).status).toBe("CANCELLED");
  });

  test("commits a wide graph in parts, the end of the dispatch last", async () => {
    const dispatcher = await rig.dispatcher();
    rig.executor.room = 1;
    const nodes = Array.from({ length: 3_500 }, (_, id) => electron(id, `n${id}`));
    const id = await register(rig.database, { nodes });
    await dispatcher.start(id);
    await rig.submitted("n0");
    const cancelled = dispatcher.cancel(id);
    await rig.executor.confirm("n0");
    await cancelled;
    expect((await rig.dispatch(id)).status).toBe("CANCELLED");
    expect(new Set(await rig.statuses(id))).toEqual(new Set(["CANCELLED"]));
  });
});

describe("cancelling nodes", () => {
  test("ends these and what builds on them; the rest goes on", async () => {
    const dispatcher = await rig.dispatcher();
    const nodes = [electron(0, "a"), electron(1, "b"), electron(2, "c"), electron(3, "d")];
    const id = await register(rig.database, { nodes, links: [link(0, 2), link(1, 3)] });
    await dispatcher.start(id);
    await rig.submitted("a", "b");
    await dispatcher.cancel(id, [0]);
    await rig.executor.confirm("a");
    await rig.executor.run("b");
    await rig.submitted("a", "b", "d");
    await rig.executor.run("d");
    expect(await rig.statuses(id)).toEqual(["CANCELLED", "COMPLETED", "CANCELLED", "COMPLETED"]);
    expect((await rig.reasons(id))[2]).toBe("a (node 0) was cancelled");
    expect(await rig.dispatch(id)).toMatchObject({
      status: "CANCELLED",
      reason: "some of its nodes were cancelled",
    });
  });

  test("never turns a completed one into anything else, and refuses those that do not exist", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a", "b"]);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.run("a");
    await rig.submitted("a", "b");
    await dispatcher.cancel(id, [0]);
    await expect(dispatcher.cancel(id, [9])).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    await rig.executor.run("b");
    expect((await rig.dispatch(id)).status).toBe("COMPLETED");
  });

  test("of a dispatch that has not started holds when it is", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a", "b"]);
    await dispatcher.cancel(id, [1]);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.run("a");
    expect(await rig.statuses(id)).toEqual(["COMPLETED", "CANCELLED"]);
  });
});

describe("retries", () => {
  const retrying = (delay: number) =>
    register(rig.database, {
      nodes: [electron(0, "a", { options: { retries: 2, retry: { delay_ms: delay, jitter: 0 } } })],
    });

  test("wait before the next attempt, and the row says for how long", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await retrying(150);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    const failedAt = performance.now();
    await rig.executor.fail("a");
    const stored = await rig.database.journal.load(id);
    expect(stored?.nodes[0]).toMatchObject({ status: "RUNNING", retry: { delayMs: 150 } });
    await rig.submitted("a", "a");
    expect(performance.now() - failedAt).toBeGreaterThan(149);
    await rig.executor.run("a");
    expect((await rig.dispatch(id)).status).toBe("COMPLETED");
    expect((await rig.database.journal.load(id))?.nodes[0]?.retry).toBeNull();
  });

  test("wait no longer than was asked after a restart, although the clock was set back", async () => {
    const first = await rig.dispatcher();
    const id = await retrying(100);
    await first.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    await rig.executor.fail("a");
    await first.close();
    const stored = await rig.database.journal.load(id);
    const [row, node] = [stored?.row ?? 0, stored?.nodes[0]?.row ?? 0];
    const wait = { at: Date.now() + 86_400_000, delayMs: 100 };
    await rig.database.journal.commit([{ kind: "retry-planned", dispatch: row, node, wait }]);
    const second = await rig.dispatcher();
    await second.recover();
    await rig.submitted("a");
    expect(rig.executor.submitted[0]?.number).toBe(2);
  });

  test("that wait are ended at once by a cancel", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await retrying(3_600_000);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    await rig.executor.fail("a");
    await dispatcher.cancel(id);
    expect(await rig.statuses(id)).toEqual(["CANCELLED"]);
    expect((await rig.dispatch(id)).status).toBe("CANCELLED");
    expect((await rig.database.journal.load(id))?.nodes[0]?.retry).toBeNull();
  });

  test("are waited for after a restart as well where the attempt before had found no place", async () => {
    const first = await rig.dispatcher();
    const id = await retrying(3_600_000);
    await first.start(id);
    await rig.submitted("a");
    await rig.executor.fail("a");
    const second = await rig.dispatcher();
    await second.recover();
    await second.start(await chain(rig.database, ["other"]));
    await rig.submitted("other");
    expect((await rig.database.journal.load(id))?.nodes[0]).toMatchObject({
      status: "NEW_OBJECT",
      retry: { delayMs: 3_600_000 },
    });
  });

  test("are counted and on record where an attempt failed before it had a place, also after a restart", async () => {
    const first = await rig.dispatcher();
    const nodes = [electron(0, "a", { options: { retries: 1 } })];
    const id = await register(rig.database, { nodes });
    await first.start(id);
    await rig.submitted("a");
    await rig.executor.fail("a");
    await rig.submitted("a", "a");
    await (await rig.dispatcher()).recover();
    await rig.submitted("a");
    await rig.executor.fail("a");
    await expect.poll(async () => (await rig.dispatch(id)).status).toBe("FAILED");
    const attempts = await rig.database.dispatches.attempts(id, 0);
    expect(
      attempts.map(({ number, executor, status, failure }) => [number, executor, status, failure?.name]),
    ).toEqual([
      [1, "local", "FAILED", "Error"],
      [2, "local", "FAILED", "Error"],
    ]);
  });

  test("are no longer waited for by what is cancelled before its next attempt has a place", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await retrying(1);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    await rig.executor.fail("a");
    await rig.submitted("a", "a");
    await dispatcher.cancel(id);
    await rig.executor.confirm("a");
    expect((await rig.database.journal.load(id))?.nodes[0]).toMatchObject({
      status: "CANCELLED",
      retry: null,
    });
  });

  test("a lost attempt fails a node that runs at most once, and says why", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await register(rig.database, {
      nodes: [electron(0, "a", { options: { at_most_once: true, retries: 2 } })],
    });
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    await rig.executor.lose("a");
    expect(await rig.statuses(id)).toEqual(["FAILED"]);
    expect((await rig.reasons(id))[0]).toContain("atMostOnce");
  });
});

describe("pausing", () => {
  test("lets what runs go on and nothing new start, also after a restart, until it is resumed", async () => {
    const first = await rig.dispatcher();
    const id = await chain(rig.database, ["a", "b"]);
    await first.start(id);
    await rig.submitted("a");
    await first.pause(id);
    await rig.executor.run("a");
    expect(await rig.statuses(id)).toEqual(["COMPLETED", "NEW_OBJECT"]);
    const second = await rig.dispatcher();
    await second.recover();
    const other = await chain(rig.database, ["other"]);
    await second.start(other);
    await rig.submitted("other");
    await second.resume(id);
    await rig.submitted("other", "b");
    await rig.executor.run("b");
    expect((await rig.dispatch(id)).status).toBe("COMPLETED");
  });

  test("of one that has not started keeps it from starting anything", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await chain(rig.database, ["a"]);
    await dispatcher.pause(id);
    await dispatcher.start(id);
    await dispatcher.start(await chain(rig.database, ["other"]));
    await rig.submitted("other");
    await dispatcher.cancel(id);
    expect((await rig.dispatch(id)).status).toBe("CANCELLED");
  });
});

describe("a deadline", () => {
  const hurried = (deadline: number) =>
    register(rig.database, {
      header: header({ deadline_ms: deadline }),
      nodes: [electron(0, "a"), electron(1, "b")],
      links: [link(0, 1)],
    });

  test("fails the dispatch, and ends what runs", async () => {
    const dispatcher = await rig.dispatcher();
    const id = await hurried(50);
    await dispatcher.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    await expect.poll(() => rig.executor.cancelled).toEqual(["a"]);
    await rig.executor.confirm("a");
    expect(await rig.dispatch(id)).toMatchObject({
      status: "FAILED",
      reason: "the dispatch's deadline of 50 ms passed while a (node 0) ran",
    });
    expect(await rig.reasons(id)).toEqual(Array(2).fill("the dispatch's deadline of 50 ms passed"));
  });

  test("counts from the start of the dispatch, through a restart", async () => {
    const first = await rig.dispatcher();
    const id = await hurried(200);
    await first.start(id);
    await rig.submitted("a");
    await rig.executor.place("a");
    await first.close();
    const second = await rig.dispatcher();
    await second.recover();
    await expect.poll(() => rig.executor.cancelled).toEqual(["a"]);
    await rig.executor.lose("a");
    expect((await rig.dispatch(id)).status).toBe("FAILED");
  });
});

describe("a sublattice", () => {
  /** A dispatch with a sublattice node, and the dispatch that the node is, as a journal would load it. */
  async function nested() {
    const nodes = [electron(0, "outer", { type: "sublattice" })];
    const outer = await register(rig.database, { nodes });
    const inner = await chain(rig.database, ["inner"]);
    const { journal } = rig.database;
    const load = async (id: string) => {
      const stored = await journal.load(id);
      return stored && id === inner ? { ...stored, parent: { dispatchId: outer, nodeId: 0 } } : stored;
    };
    return { outer, inner, journal: { ...journal, load } };
  }

  test("registered after its node was asked to end is cancelled when it starts", async () => {
    const { outer, inner, journal } = await nested();
    const dispatcher = await rig.dispatcher({ journal });
    await dispatcher.start(outer);
    await rig.submitted("outer");
    await dispatcher.cancel(outer);
    await dispatcher.start(inner);
    expect(await rig.dispatch(inner)).toMatchObject({ status: "CANCELLED" });
    await rig.submitted("outer");
  });

  test("of a paused dispatch starts nothing until that goes on", async () => {
    const { outer, inner, journal } = await nested();
    const dispatcher = await rig.dispatcher({ journal });
    await dispatcher.start(outer);
    await rig.submitted("outer");
    await dispatcher.pause(outer);
    await dispatcher.start(inner);
    await dispatcher.start(await chain(rig.database, ["other"]));
    await rig.submitted("outer", "other");
    await dispatcher.resume(outer);
    await rig.submitted("outer", "other", "inner");
  });
});
