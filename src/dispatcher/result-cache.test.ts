import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { link, node, register } from "../../test/contract/journal-manifest.ts";
import { serialize } from "../serialization/serialize.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";

let rig: Rig;
let dispatcher: Dispatcher;
beforeEach(async () => {
  rig = await newRig();
  dispatcher = await rig.dispatcher();
});
afterEach(() => rig.close());

const CODE = "c".repeat(64);
interface Asked {
  readonly code?: string;
  readonly value?: unknown;
  readonly cache?: object;
}

/** A node that may be cached, behind a parameter and a node that may not. */
async function run({ code = CODE, value = 1, cache = {} }: Asked = {}): Promise<string> {
  const { bytes, digest, size } = serialize(value);
  const content = new TextDecoder().decode(bytes);
  const asset = { digest_alg: "sha256", digest, size, codec: "value", content } as const;
  const id = await register(rig.database, {
    nodes: [
      node(0, { type: "parameter", name: ":parameter:value", assets: { value: asset } }),
      node(1, { type: "electron_list", name: ":electron_list:" }),
      electron(2, "fit", { code_digest: code, options: { cache } }),
      electron(3, "after"),
    ],
    links: [link(0, 1), link(1, 2), link(2, 3)],
  });
  await dispatcher.start(id);
  return id;
}

const fits = () => rig.executor.names.filter((name) => name === "fit").length;
const ran = (names: readonly string[]) => expect.poll(() => rig.executor.names).toEqual(names);

/** Runs the first one to its end, so that its result is there. */
async function filled(asked: Asked = {}): Promise<string> {
  const id = await run(asked);
  await ran(["fit"]);
  await rig.executor.run("fit");
  await ran(["fit", "after"]);
  return id;
}

describe("a result", () => {
  test("is taken over by a later node with the same code, inputs and version, and its children run on", async () => {
    const first = await filled();
    const second = await run();
    await ran(["fit", "after", "after"]);
    const [, , taken] = await rig.database.dispatches.nodes(second, { after: -1, limit: 9 });
    expect(taken?.metadata).toMatchObject({
      status: "COMPLETED",
      reason: `taken from the cache: node 2 of dispatch ${first}`,
    });
    const spec = rig.executor.submitted.at(-1);
    expect(new TextDecoder().decode(spec?.payloads.values().next().value?.inline)).toBe("fit");
  });

  test("of other code, other inputs or another version is not", async () => {
    await filled();
    for (const [index, asked] of [
      { code: "d".repeat(64) },
      { value: 2 },
      { cache: { version: "2" } },
    ].entries()) {
      await run(asked);
      await expect.poll(fits).toBe(index + 2);
    }
  });

  test("that has expired is not", async () => {
    await filled({ cache: { ttl_ms: 1 } });
    const at = Date.now();
    await expect.poll(() => Date.now()).toBeGreaterThan(at + 2);
    await run({ cache: { ttl_ms: 1 } });
    await expect.poll(fits).toBe(2);
  });

  test("of a node that failed is none", async () => {
    await run();
    await ran(["fit"]);
    await rig.executor.place("fit");
    await rig.executor.fail("fit");
    await run();
    await expect.poll(fits).toBe(2);
  });

  test("is looked for by its author's own key, which a worker is asked for first", async () => {
    const cache = { key: true as const };
    await run({ value: "a", cache });
    await ran(["fit"]);
    expect(rig.executor.submitted[0]?.code.kind).toBe("cache-key");
    await rig.executor.place("fit");
    await rig.executor.completeWithText("fit", "the key");
    await ran(["fit", "fit"]);
    expect(rig.executor.submitted[1]?.code.kind).toBe("electron");
    await rig.executor.run("fit");
    await ran(["fit", "fit", "after"]);

    await run({ value: "b", cache });
    await ran(["fit", "fit", "after", "fit"]);
    await rig.executor.place("fit");
    await rig.executor.completeWithText("fit", "the key");
    await ran(["fit", "fit", "after", "fit", "after"]);
  });

  test("is found again by a server that was killed and started again", async () => {
    await filled();
    dispatcher = await rig.dispatcher();
    await dispatcher.recover();
    await run();
    await expect.poll(() => rig.executor.names).toEqual(["after", "after"]);
  });
});
