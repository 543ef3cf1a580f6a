import { afterEach, beforeEach, expect, test } from "vitest";
import { header, register } from "../../test/contract/journal-manifest.ts";
import type { NodeOptions } from "../model/manifest.ts";
import { electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";
import { NO_LIMITS } from "./limits.ts";

let rig: Rig;

beforeEach(async () => {
  rig = await newRig();
});

afterEach(() => rig.close());

const gpu = { limits: { ...NO_LIMITS, tags: { gpu: 1 } } };

function wide(names: readonly string[], options: NodeOptions, priority = 0): Promise<string> {
  const nodes = names.map((name, id) => electron(id, name, { electron: "m.ts#one", options }));
  return register(rig.database, { header: header({ priority }), nodes });
}

test("a tag's limit makes work wait, of all dispatches together, and holds up nothing else", async () => {
  const dispatcher = await rig.dispatcher(gpu);
  await dispatcher.start(await wide(["a", "b"], { tags: ["gpu"] }));
  await dispatcher.start(await wide(["c"], { tags: ["gpu", "other"] }));
  await dispatcher.start(await wide(["free"], { tags: ["other"] }));
  await rig.submitted("a", "free");
  await rig.executor.run("a");
  await rig.submitted("a", "free", "b");
  await rig.executor.place("b");
  await rig.executor.fail("b");
  await rig.submitted("a", "free", "b", "c");
});

test("an electron's own limit holds for it alone", async () => {
  const dispatcher = await rig.dispatcher();
  await dispatcher.start(await wide(["a", "b", "c"], { concurrency: 2 }));
  await rig.submitted("a", "b");
  await rig.executor.run("b");
  await rig.submitted("a", "b", "c");
});

test("an executor's limit holds for all that runs there", async () => {
  const dispatcher = await rig.dispatcher({ limits: { ...NO_LIMITS, executors: { local: 1 } } });
  await dispatcher.start(await wide(["a", "b"], {}));
  await rig.submitted("a");
  await rig.executor.run("a");
  await rig.submitted("a", "b");
});

test("what an earlier server started takes up its place before anything new starts", async () => {
  const first = await rig.dispatcher(gpu);
  const waiting = await wide(["waits"], { tags: ["gpu"] });
  const running = await wide(["runs"], { tags: ["gpu"] });
  await first.start(running);
  await rig.submitted("runs");
  await rig.executor.place("runs");
  await first.start(waiting);
  const second = await rig.dispatcher(gpu);
  await second.recover();
  await expect.poll(() => rig.executor.attached.map(({ name }) => name)).toEqual(["runs"]);
  expect(rig.executor.names).toEqual([]);
  await rig.executor.complete("runs");
  await rig.submitted("waits");
});

test("a cancelled node leaves its place to the next one", async () => {
  const dispatcher = await rig.dispatcher(gpu);
  const id = await wide(["a", "b", "c"], { tags: ["gpu"] });
  await dispatcher.start(id);
  await rig.submitted("a");
  await dispatcher.cancel(id, [0, 1]);
  await rig.executor.confirm("a");
  await rig.submitted("a", "c");
});

test("a dispatch of higher priority goes first, and a node's own priority is added to it", async () => {
  const dispatcher = await rig.dispatcher();
  rig.executor.room = 1;
  await dispatcher.start(await wide(["first"], {}));
  await rig.submitted("first");
  await dispatcher.start(await wide(["usual"], {}));
  await dispatcher.start(await wide(["high"], {}, 2));
  await dispatcher.start(await wide(["raised"], { priority: 3 }));
  await rig.executor.run("first");
  for (const name of ["raised", "high", "usual"]) {
    await expect.poll(() => rig.executor.names.at(-1)).toBe(name);
    await rig.executor.run(name);
  }
});
