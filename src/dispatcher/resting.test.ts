import { afterEach, beforeEach, expect, test } from "vitest";
import { link, node, register } from "../../test/contract/journal-manifest.ts";
import type { Journal } from "../database/journal.ts";
import type { Change } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import { chain, electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";
import { RestingDispatches } from "./resting.ts";
import { flow } from "./sub-manifest.test-support.ts";

/** A database that refuses a change, or cannot be read, while the server runs on. */

let rig: Rig;
/** Each refuses the next commit that it is true of. */
let refusals: ((changes: readonly Change[]) => boolean)[] = [];

beforeEach(async () => {
  rig = await newRig();
  refusals = [];
});

afterEach(() => rig.close());

test("a dispatch goes on by itself: what runs runs on, and what ended meanwhile is recorded once", async () => {
  const dispatcher = await newDispatcher();
  const id = await register(rig.database, {
    nodes: [electron(0, "a"), electron(1, "b"), electron(2, "c"), electron(3, "after")],
    links: [link(0, 3), link(1, 3), link(2, 3)],
  });
  await dispatcher.start(id);
  await rig.submitted("a", "b", "c");
  for (const name of ["a", "b", "c"]) await rig.executor.place(name);
  refusals.push((changes) => ends(changes, 0));
  await Promise.all([rig.executor.complete("a"), rig.executor.complete("b")]);
  expect(await rig.statuses(id)).toEqual(["COMPLETED", "COMPLETED", "RUNNING", "NEW_OBJECT"]);
  await rig.executor.complete("c");
  await rig.submitted("a", "b", "c", "after");
  await rig.executor.run("after");
  expect(await rig.dispatch(id)).toMatchObject({ status: "COMPLETED" });
  expect(rig.executor.attached).toEqual([]);
});

test("an attempt whose place is refused never counts: its node has another one", async () => {
  const dispatcher = await newDispatcher();
  const id = await chain(rig.database, ["a"]);
  await dispatcher.start(id);
  await rig.submitted("a");
  refusals.push(places);
  await expect(rig.executor.place("a")).rejects.toThrow("refused");
  await rig.executor.fail("a");
  await rig.submitted("a", "a");
  await rig.executor.run("a");
  expect(await rig.dispatch(id)).toMatchObject({ status: "COMPLETED" });
});

test("an attempt that is placed again while its dispatch rests goes back, and is no failure", async () => {
  const dispatcher = await newDispatcher();
  const id = await register(rig.database, { nodes: [electron(0, "a"), electron(1, "b")], links: [] });
  await dispatcher.start(id);
  await rig.submitted("a", "b");
  for (const name of ["a", "b"]) await rig.executor.place(name);
  refusals.push((changes) => ends(changes, 0));
  const told = rig.executor.complete("a");
  await expect
    .poll(() =>
      rig.executor.place("b").then(
        () => "placed",
        () => "refused",
      ),
    )
    .toBe("refused");
  await rig.executor.fail("b");
  await told;
  await rig.submitted("a", "b", "b");
  await rig.executor.run("b");
  expect(await rig.dispatch(id)).toMatchObject({ status: "COMPLETED" });
});

test("a sublattice goes on by itself, and the node that waits for it ends with it", async () => {
  const dispatcher = await newDispatcher();
  const id = await outer();
  await dispatcher.start(id);
  await built(await flow(["task"]));
  await rig.submitted("inner", "beside", "task");
  await rig.executor.place("task");
  refusals.push((changes) => ends(changes, 0));
  await rig.executor.complete("task");
  await rig.submitted("inner", "beside", "task", "after");
});

test("a sublattice that ends while its parent rests is taken over when that goes on", async () => {
  const dispatcher = await newDispatcher(300);
  const id = await outer();
  await dispatcher.start(id);
  await rig.submitted("inner", "beside");
  await rig.executor.place("beside");
  await built(await flow(["task"]));
  await rig.submitted("inner", "beside", "task");
  refusals.push((changes) => ends(changes, 2));
  const told = rig.executor.complete("beside");
  await rig.executor.run("task");
  await told;
  await rig.submitted("inner", "beside", "task", "after");
});

test("a cancel takes a dispatch up at once", async () => {
  const dispatcher = await newDispatcher(600_000);
  const id = await chain(rig.database, ["a", "b"]);
  await dispatcher.start(id);
  await rig.submitted("a");
  await rig.executor.place("a");
  refusals.push((changes) => ends(changes, 0));
  const told = rig.executor.complete("a");
  await expect.poll(() => refusals.length).toBe(0);
  await dispatcher.cancel(id);
  await told;
  await expect.poll(async () => (await rig.dispatch(id)).status).toBe("CANCELLED");
  expect(await rig.statuses(id)).toEqual(["COMPLETED", "CANCELLED"]);
});

test("a dispatch that cannot be read for a moment is started all the same", async () => {
  let failures = 2;
  const { journal } = rig.database;
  const dispatcher = await newDispatcher(1, {
    load: (id) => {
      if (failures-- <= 0) return journal.load(id);
      throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
    },
  });
  await dispatcher.start(await chain(rig.database, ["a"]));
  await rig.submitted("a");
});

test("what an attempt made is gone before it is stored: the attempt is lost, and its node has another one", async () => {
  const dispatcher = await newDispatcher();
  const id = await chain(rig.database, ["a"]);
  await dispatcher.start(id);
  await rig.submitted("a");
  await rig.executor.place("a");
  await rig.executor.complete("a", {
    digest: "0".repeat(64),
    size: 9,
    codec: "value",
    file: "/no/such/file",
  });
  await rig.submitted("a", "a");
  await rig.executor.run("a");
  expect(await rig.dispatch(id)).toMatchObject({ status: "COMPLETED" });
});

test("the wait grows, and ends where only somebody's change of the database can help; a machine in need has all the time", () => {
  const resting = new RestingDispatches();
  const waits = (error: Error, times: number) =>
    Array.from({ length: times }, () => resting.add("id", error, () => {}));
  const refused = waits(new CovalentError("INTERNAL", { reason: "a constraint" }), 16);
  expect(refused.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(refused.at(-1)).toBeUndefined();
  expect(waits(new CovalentError("STORAGE_FULL", { what: "x", reason: "no room" }), 40)).not.toContain(
    undefined,
  );
  resting.close();
});

function newDispatcher(firstRestMs = 1, parts: Partial<Journal> = {}) {
  const { journal } = rig.database;
  const commit = (changes: readonly Change[]) => {
    const at = refusals.findIndex((isRefused) => isRefused(changes));
    if (at < 0) return journal.commit(changes);
    refusals.splice(at, 1);
    // A change that the database will not take, for a reason of its own.
    return journal.commit(changes.map((change) => ("node" in change ? { ...change, node: -1 } : change)));
  };
  return rig.dispatcher({ firstRestMs, journal: { ...journal, commit, ...parts } });
}

function ends(changes: readonly Change[], nodeId: number): boolean {
  return changes.some(
    (change) => change.kind === "node-status" && change.nodeId === nodeId && change.status === "COMPLETED",
  );
}

function places(changes: readonly Change[]): boolean {
  return changes.some(({ kind }) => kind === "attempt-placed");
}

/** A sublattice, what builds on it, and a task beside them. */
function outer(): Promise<string> {
  const inner = node(0, {
    type: "sublattice",
    name: "inner",
    electron: "m.ts#inner",
    bundle: "b".repeat(64),
  });
  return register(rig.database, {
    nodes: [inner, electron(1, "after"), electron(2, "beside")],
    links: [link(0, 1)],
  });
}

async function built(output: Awaited<ReturnType<typeof flow>>): Promise<void> {
  await expect.poll(() => rig.executor.names).toContain("inner");
  await rig.executor.place("inner");
  await rig.executor.complete("inner", output);
}
