import { afterEach, beforeEach, expect, test } from "vitest";
import { register } from "../../test/contract/journal-manifest.ts";
import type { NodeOptions } from "../model/manifest.ts";
import { electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";
import { NO_LIMITS } from "./limits.ts";
import { flow, manifest } from "./sub-manifest.test-support.ts";

/** How many sublattices run at once. What the test says an attempt has built is registered and run. */

let rig: Rig;

beforeEach(async () => {
  rig = await newRig();
});

afterEach(() => rig.close());

const limited = (sublattices: number) => ({ limits: { ...NO_LIMITS, sublattices } });
const one: NodeOptions = { concurrency: 1 };

/** Sublattices beside one another, all of them the same lattice's. */
function sublattices(names: readonly string[], options: NodeOptions = {}) {
  return names.map((name, id) => electron(id, name, { type: "sublattice", electron: "m.ts#sub", options }));
}

function wide(names: readonly string[], options?: NodeOptions): Promise<string> {
  return register(rig.database, { nodes: sublattices(names, options) });
}

async function becomes(name: string, tasks: readonly string[]): Promise<void> {
  await rig.executor.place(name);
  await rig.executor.complete(name, await flow(tasks));
}

test.each([
  ["an electron's own limit", {}, one],
  ["the server's", limited(1), {}],
])("%s holds until what a sublattice has become has ended", async (_, parts, options) => {
  await (await rig.dispatcher(parts)).start(await wide(["a", "b", "c"], options));
  await rig.submitted("a");
  await becomes("a", ["in a"]);
  await rig.submitted("a", "in a");
  await rig.executor.run("in a");
  await rig.submitted("a", "in a", "b");
  // One that cannot be built leaves its place as well.
  await rig.executor.place("b");
  await rig.executor.fail("b");
  await rig.submitted("a", "in a", "b", "c");
});

test("one that is cancelled, and one that is built again, leave their places to the next", async () => {
  const dispatcher = await rig.dispatcher();
  const id = await wide(["a", "b", "c"], { ...one, retries: 1 });
  await dispatcher.start(id);
  await rig.submitted("a");
  await becomes("a", ["in a"]);
  await rig.submitted("a", "in a");
  await rig.executor.place("in a");
  await rig.executor.fail("in a");
  await rig.submitted("a", "in a", "b");
  await becomes("b", ["in b"]);
  await rig.submitted("a", "in a", "b", "in b");
  await dispatcher.cancel(id, [1]);
  await rig.executor.confirm("in b");
  await rig.submitted("a", "in a", "b", "in b", "c");
});

test("those within one another have places of their own at each depth: none waits for one that waits for it", async () => {
  const dispatcher = await rig.dispatcher(limited(2));
  await dispatcher.start(await wide(["a", "b", "c"], one));
  await rig.submitted("a");
  // The same lattice again, twice, inside itself.
  await rig.executor.place("a");
  await rig.executor.complete("a", await manifest(sublattices(["a1", "a2"], one), []));
  await rig.submitted("a", "a1");
  await becomes("a1", ["in a1"]);
  await rig.submitted("a", "a1", "in a1");
  await rig.executor.run("in a1");
  await rig.submitted("a", "a1", "in a1", "a2");
  await becomes("a2", []);
  await rig.submitted("a", "a1", "in a1", "a2", "b");
});

test("two kinds that call each other do not wait for each other", async () => {
  await (await rig.dispatcher()).start(
    await register(rig.database, { nodes: [kind(0, "x", "x"), kind(1, "y", "y")] }),
  );
  await rig.submitted("x", "y");
  for (const [outer, inner] of [["x", "y"] as const, ["y", "x"] as const]) {
    await rig.executor.place(outer);
    await rig.executor.complete(outer, await manifest([kind(0, `${inner} in ${outer}`, inner)], []));
  }
  await rig.submitted("x", "y", "y in x", "x in y");
});

function kind(id: number, name: string, of: string) {
  return electron(id, name, { type: "sublattice", electron: `m.ts#${of}`, options: one });
}

test("after a restart what runs, and what is being built, has its place before anything new starts", async () => {
  await (await rig.dispatcher(limited(2))).start(await wide(["a", "b", "c"]));
  await rig.submitted("a", "b");
  await becomes("a", ["in a"]);
  await rig.submitted("a", "b", "in a");
  await rig.executor.place("in a");
  await rig.executor.place("b");
  const next = await rig.dispatcher(limited(2));
  await next.recover();
  await expect.poll(() => rig.executor.attached.map(({ name }) => name).toSorted()).toEqual(["b", "in a"]);
  expect(rig.executor.names).toEqual([]);
  await rig.executor.complete("in a");
  await rig.submitted("c");
});

test("a map is limited call by call, and not itself", async () => {
  const maps = sublattices(["a", "b"], { ...one, map: true });
  await (await rig.dispatcher()).start(await register(rig.database, { nodes: maps }));
  await rig.submitted("a", "b");
});
