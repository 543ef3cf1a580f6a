import { expect, test } from "vitest";
import { createHandle } from "./handle.ts";
import { anyHandleIn, findHandles } from "./handle-search.ts";

const home = { lattice: "flow", open: true, addPart: () => 0 };
const handle = createHandle(home, "clean", 0);

test("a handle is found in arrays, objects, maps, sets and instances, at any depth", () => {
  class Box {
    readonly inside = handle;
  }
  for (const holder of [
    handle,
    [[handle]],
    { a: { b: handle } },
    new Map([[handle, 1]]),
    new Set([[handle]]),
    new Box(),
  ]) {
    expect(anyHandleIn(holder)?.electron).toBe("clean");
  }
});

test("none is found where there is none, and getters of instances are not run", () => {
  const boom = () => {
    throw new Error("ran");
  };
  class Guarded {
    constructor() {
      Object.defineProperty(this, "secret", { get: boom, enumerable: true });
    }
  }
  const cyclic: unknown[] = [new Guarded(), new Uint8Array(10), new Date(), /x/, null, () => 1];
  cyclic.push(cyclic);
  expect(anyHandleIn(cyclic)).toBeUndefined();
});

test("nesting may be deeper than the stack", () => {
  let nested: unknown = handle;
  for (let depth = 0; depth < 200_000; depth++) nested = [nested];
  expect(anyHandleIn(nested)?.electron).toBe("clean");
});

test("carriers are the containers from which a handle can be reached, through cycles too", () => {
  const plain = { rows: [1] };
  const inner: Record<string, unknown> = {};
  const outer = { inner, plain };
  inner.outer = outer;
  inner.handle = handle;
  expect(findHandles(outer, "x")).toEqual({ carriers: new Set([inner, outer]) });
});

test("a handle that can be reached past a map is hidden only if the map holds it", () => {
  expect(findHandles([new Map([["a", 1]]), handle], "x").hidden).toBeUndefined();
  const found = findHandles({ lookup: new Map([["a b", { deep: handle }]]) }, "x");
  expect(found.hidden).toMatchObject({ container: "a Map", path: 'x.lookup.get("a b").deep' });
});
