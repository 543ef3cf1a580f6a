import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manifestLinkSchema, manifestNodeSchema } from "../../model/manifest.ts";
import { isPlainLink, isPlainNode } from "./plain-parts.ts";

const DIGEST = "a".repeat(64);
const ASSET = { digest_alg: "sha256", digest: DIGEST, size: 3, codec: "value", text: "1", content: "[1]" };
const NODE = {
  id: 1,
  metadata: {
    name: "fit",
    type: "function",
    executor: "local",
    executor_data: {},
    status: "NEW_OBJECT",
    electron: "m.ts#fit",
    code_digest: DIGEST,
  },
  assets: { value: ASSET },
};
const LINK = { source: 0, target: 1, metadata: { edge_name: "x", param_type: "arg", arg_index: 0 } };

/** Like the given value, with one of its properties, at any depth, replaced or one more added. */
function changed(value: object): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom(null, -1, 1.5, "", "x", [], {}, { x: 1 }, true);
  const name = fc.constantFrom(...Object.keys(value), "more", "__proto__");
  return fc.tuple(name, odd, fc.boolean()).chain(([key, other, deeper]) => {
    const inner: unknown = Reflect.get(value, key);
    const isObject = typeof inner === "object" && inner !== null && key !== "__proto__";
    const replaced = deeper && isObject ? changed(inner) : fc.constant(other);
    return replaced.map((found) => Object.fromEntries([...Object.entries(value), [key, found]]));
  });
}

describe("what needs no schema", () => {
  it("is what our own clients send", () => {
    expect(isPlainNode(NODE)).toBe(true);
    expect(isPlainNode({ ...NODE, assets: {} })).toBe(true);
    expect(isPlainLink(LINK)).toBe(true);
  });

  it("is not what needs defaults, or has what has to be looked at more closely", () => {
    const { metadata } = NODE;
    expect(isPlainNode({ id: 1, metadata })).toBe(false);
    expect(isPlainNode({ ...NODE, metadata: { ...metadata, executor_data: { deep: {} } } })).toBe(false);
    expect(isPlainNode({ ...NODE, metadata: { ...metadata, options: { retries: 1 } } })).toBe(false);
    for (const value of [null, 1, "x", [], undefined]) {
      expect(isPlainNode(value)).toBe(false);
      expect(isPlainLink(value)).toBe(false);
    }
  });

  it("is just what the schema would make of it", () => {
    fc.assert(
      fc.property(changed(NODE), changed(LINK), (node, link) => {
        if (isPlainNode(node)) expect(manifestNodeSchema.parse(node)).toEqual(node);
        if (isPlainLink(link)) expect(manifestLinkSchema.parse(link)).toEqual(link);
      }),
      { numRuns: 1_000 },
    );
  });
});
