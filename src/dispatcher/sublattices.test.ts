import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { header, link, type node, register } from "../../test/contract/journal-manifest.ts";
import type { ProducedPayload } from "../executors/executor.ts";
import type { Change } from "../model/change.ts";
import { electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";
import { flow, manifest } from "./sub-manifest.test-support.ts";

/** Sublattices with an executor that is the test's: what it says an attempt has built is registered and run. */

let rig: Rig;

beforeEach(async () => {
  rig = await newRig();
});

afterEach(() => rig.close());

describe("a sublattice", () => {
  test("is a dispatch of its own, and its node takes over what that returned", async () => {
    await (await rig.dispatcher()).start(await outer());
    const id = await built("inner", await flow(["task"]));
    expect(await rig.statuses(parent)).toEqual(["DISPATCHING", "NEW_OBJECT"]);
    expect(await rig.database.dispatches.summary(id)).toMatchObject({
      root_dispatch_id: parent,
      status: "RUNNING",
    });
    expect((await rig.database.dispatches.header(id))?.lattice.metadata.tags).toEqual(["night", "own"]);
    await runs("task");
    await rig.submitted("inner", "task", "after");
    expect(await rig.statuses(parent)).toEqual(["COMPLETED", "NEW_OBJECT"]);
    const [args] = rig.executor.submitted.filter(({ name }) => name === "after").map((spec) => spec.args);
    expect(args).toEqual([{ ref: "digest of task", size: 4 }]);
    await runs("after");
    expect(await rig.dispatch(parent)).toMatchObject({ status: "COMPLETED" });
  });

  test("is started with the graph that has just been registered: it is not read again", async () => {
    const load = vi.spyOn(rig.database.journal, "load");
    await (await rig.dispatcher()).start(await outer());
    const id = await built("inner", await flow(["task"]));
    await handedOver("task");
    const [, registered] = load.mock.calls.find(([dispatchId]) => dispatchId === id) ?? [];
    expect(registered?.nodes[0]).toMatchObject({ name: "task", status: "NEW_OBJECT" });
  });

  test("that fails fails its node, with its id, the nodes that failed, and why", async () => {
    await (await rig.dispatcher()).start(await outer());
    const id = await built("inner", await flow(["task"]));
    await fails("task");
    await ended("FAILED");
    expect(await rig.statuses(parent)).toEqual(["FAILED", "CANCELLED"]);
    const [reason] = await rig.reasons(parent);
    expect(reason).toBe(
      `SublatticeFailed: its dispatch ${id} failed: 1 node failed: task (node 0): Error: boom`,
    );
  });

  test("that fails far below says what happened there, however long the way up is", async () => {
    await (await rig.dispatcher()).start(await outer());
    const level = (depth: number) => `level-${depth}-${"x".repeat(900)}`;
    for (let depth = 0; depth < 6; depth++) {
      const name = depth === 0 ? "inner" : level(depth);
      const below = electron(0, level(depth + 1), { type: depth === 5 ? "function" : "sublattice" });
      await handedOver(name);
      await rig.executor.place(name);
      await rig.executor.complete(name, await manifest([below], []));
    }
    await fails(level(6));
    await ended("FAILED");
    const [reason] = await rig.reasons(parent);
    expect(reason).toMatch(/^SublatticeFailed: its dispatch .* \[\.\.\.\] .*: Error: boom$/);
    expect(reason?.length).toBeLessThan(5_000);
  });

  test("that is cancelled cancels its node", async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.start(await outer());
    const id = await built("inner", await flow(["task"]));
    await handedOver("task");
    await dispatcher.cancel(id);
    await rig.executor.confirm("task");
    await ended("CANCELLED");
    expect(await rig.statuses(parent)).toEqual(["CANCELLED", "CANCELLED"]);
  });

  test("is cancelled with its parent", async () => {
    const dispatcher = await rig.dispatcher();
    await dispatcher.start(await outer());
    const id = await built("inner", await flow(["task"]));
    await handedOver("task");
    await dispatcher.cancel(parent);
    await expect.poll(() => rig.executor.cancelled).toEqual(["task"]);
    await rig.executor.confirm("task");
    await ended("CANCELLED");
    expect((await rig.dispatch(id)).status).toBe("CANCELLED");
  });

  test("that runs longer than its node's timeout is ended, and the node fails", async () => {
    await (await rig.dispatcher()).start(await outer({ options: { timeout_ms: 200 } }));
    const id = await built("inner", await flow(["task"]));
    await handedOver("task");
    await expect.poll(() => rig.executor.cancelled).toEqual(["task"]);
    await rig.executor.confirm("task");
    await ended("FAILED");
    expect((await rig.dispatch(id)).reason).toMatch(/^the dispatch's deadline of 200 ms passed/);
    expect((await rig.reasons(parent))[0]).toContain("deadline of 200 ms");
  });

  test.each([
    ["is tried again, also after a restart, when its node retries timeouts", ["timeout"], true],
    ["is not, when its node retries other errors alone", ["TypeError"], false],
  ])("that runs longer than its node's timeout %s", async (_, on, again) => {
    const options = { timeout_ms: 200, retries: 1, retry: { on } };
    await (await rig.dispatcher()).start(await outer({ options }));
    await built("inner", await flow(["task"]));
    await handedOver("task");
    await rig.executor.place("task");
    await expect.poll(() => rig.executor.cancelled).toContain("task");
    await (await rig.dispatcher()).recover();
    await expect.poll(() => rig.executor.attached.map(({ name }) => name)).toEqual(["task"]);
    await rig.executor.confirm("task");
    if (again) await rig.submitted("inner");
    else await ended("FAILED");
    const [attempt] = await rig.database.dispatches.attempts(parent, 0);
    expect(attempt?.failure).toMatchObject({ kind: "timeout", name: "Timeout" });
  });

  test("is built again as often as its node may be tried, also after a restart in between", async () => {
    await (await rig.dispatcher()).start(await outer({ options: { retries: 2 } }));
    const first = await built("inner", await flow(["task"]));
    await fails("task");
    await rig.submitted("inner", "inner", "task");
    expect(await rig.statuses(parent)).toEqual(["DISPATCHING", "NEW_OBJECT"]);
    const next = await rig.dispatcher();
    await next.recover();
    const second = await built("inner", await flow(["second"]));
    expect(second).not.toBe(first);
    await fails("second");
    const third = await built("inner", await flow(["third"]), 2);
    await fails("third");
    await ended("FAILED");
    const attempts = await rig.database.dispatches.attempts(parent, 0);
    expect(attempts.map(({ status, failure }) => [status, failure?.name])).toEqual(
      Array.from({ length: 3 }, () => ["FAILED", "SublatticeFailed"]),
    );
    expect(attempts.at(-1)?.failure?.message).toContain(third);
  });

  test("that is no graph fails its node, and leaves nothing behind", async () => {
    await (await rig.dispatcher()).start(await outer());
    await rig.submitted("inner");
    await rig.executor.place("inner");
    await rig.executor.complete("inner", await manifest([electron(0, "a")], [link(0, 0)]));
    await ended("FAILED");
    expect((await rig.reasons(parent))[0]).toContain("cycle");
    expect((await rig.database.dispatches.list({ offset: 0, count: 9 })).total).toBe(1);
  });

  test("has ended when its end is committed, not when the commit of an earlier node is told of meanwhile", async () => {
    const [told, decided, written] = [gate(), gate(), gate()];
    const looks: Promise<unknown>[] = [];
    const { journal } = rig.database;
    const dispatcher = await rig.dispatcher({
      journal: {
        ...journal,
        async commit(changes) {
          if (completes(changes, "b")) {
            decided.resolve();
            await written.promise;
          }
          await journal.commit(changes);
          if (completes(changes, "a")) await told.promise;
        },
        subDispatch(id) {
          const look = journal.subDispatch(id);
          looks.push(look);
          return look;
        },
      },
    });
    await dispatcher.start(await outer());
    await built("inner", await flow(["a", "b"]));
    await handedOver("b");
    const [first, last] = [runs("a"), runs("b")];
    await decided.promise;
    told.resolve();
    await first;
    await Promise.all(looks);
    written.resolve();
    await last;
    await rig.submitted("inner", "a", "b", "after");
  });

  test("with nothing to run is complete at once", async () => {
    await (await rig.dispatcher()).start(await outer());
    await built("inner", await flow([]));
    await rig.submitted("inner", "after");
  });
});

describe("after a restart", () => {
  test("a sublattice that was registered and not committed is not registered twice", async () => {
    const dispatcher = await rig.dispatcher({
      journal: {
        ...rig.database.journal,
        commit: (changes) =>
          changes.some((change) => change.kind === "attempt-ended")
            ? Promise.reject(new Error("killed"))
            : rig.database.journal.commit(changes),
      },
    });
    await dispatcher.start(await outer());
    const output = await flow(["task"]);
    const told = expect(built("inner", output)).rejects.toThrow();
    const registered = async () => (await rig.database.dispatches.list({ offset: 0, count: 9 })).total;
    await expect.poll(registered).toBe(2);
    await dispatcher.close();
    await told;
    const next = await rig.dispatcher();
    await next.recover();
    await expect.poll(() => rig.executor.attached.length).toBe(1);
    await rig.executor.complete("inner", output);
    await rig.submitted("task");
    expect(await registered()).toBe(2);
  });

  test("one that was committed and not started is started", async () => {
    const dispatcher = await rig.dispatcher({
      journal: { ...rig.database.journal, subDispatch: () => new Promise(() => {}) },
    });
    await dispatcher.start(await outer());
    await rig.submitted("inner");
    await rig.executor.place("inner");
    await rig.executor.complete("inner", await flow(["task"]));
    expect(await rig.statuses(parent)).toEqual(["DISPATCHING", "NEW_OBJECT"]);
    await (await rig.dispatcher()).recover();
    await rig.submitted("task");
  });

  test("one that has ended is taken over, and its result, a list, reaches the children", async () => {
    let cut = false;
    const dispatcher = await rig.dispatcher({
      journal: {
        ...rig.database.journal,
        subDispatch: (id) => (cut ? new Promise(() => {}) : rig.database.journal.subDispatch(id)),
      },
    });
    await dispatcher.start(await outer());
    await built("inner", await flow(["a", "b"]));
    cut = true;
    await runs("a");
    await runs("b");
    await (await rig.dispatcher()).recover();
    await rig.submitted("after");
    // Once more: the result of a sublattice that had ended is known to those that still need it.
    await (await rig.dispatcher()).recover();
    await rig.submitted("after");
    const [spec] = rig.executor.submitted;
    const template = [...(spec?.payloads.values() ?? [])].find(({ codec }) => codec === "template");
    expect(Buffer.from(template?.inline ?? []).toString()).toBe(
      '{"list":[{"ref":"digest of a","size":1},{"ref":"digest of b","size":1}]}',
    );
    expect([...(spec?.payloads.keys() ?? [])]).toEqual(
      expect.arrayContaining(["digest of a", "digest of b"]),
    );
  });
});

let parent: string;

/** A sublattice `inner`, and a task that takes its result. */
async function outer(more: Parameters<typeof node>[1] = {}): Promise<string> {
  const nodes = [electron(0, "inner", { type: "sublattice", ...more }), electron(1, "after")];
  parent = await register(rig.database, { header: header({ tags: ["night"] }), nodes, links: [link(0, 1)] });
  return parent;
}

/** Tells that the sublattice was built; gives the id of the dispatch that it has become. */
async function built(name: string, output: ProducedPayload, times = 1): Promise<string> {
  const handed = () => rig.executor.names.filter((each) => each === name).length;
  await expect.poll(handed).toBeGreaterThanOrEqual(times);
  await rig.executor.place(name);
  await rig.executor.complete(name, output);
  const [of] = await rig.database.dispatches.nodes(parent, { after: -1, limit: 1 });
  const id = of?.metadata.sub_dispatch_id ?? "";
  await expect.poll(async () => (await rig.dispatch(id)).status).not.toMatch(/NEW_OBJECT|STARTING/);
  return id;
}

async function handedOver(name: string): Promise<void> {
  await expect.poll(() => rig.executor.names).toContain(name);
}

async function runs(name: string): Promise<void> {
  await handedOver(name);
  await rig.executor.run(name);
}

async function fails(name: string): Promise<void> {
  await handedOver(name);
  await rig.executor.place(name);
  await rig.executor.fail(name);
}

function gate(): PromiseWithResolvers<void> {
  return Promise.withResolvers();
}

function completes(changes: readonly Change[], name: string): boolean {
  return changes.some(
    (change) =>
      "output" in change && "digest" in change.output && change.output.digest === `digest of ${name}`,
  );
}

async function ended(status: string): Promise<void> {
  await expect.poll(async () => (await rig.dispatch(parent)).status).toBe(status);
}
