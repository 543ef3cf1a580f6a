import { expect, it } from "vitest";
import { AwaitedDigests } from "./awaited-digests.ts";

it("keeps what dispatches wait for within a bound, the newest", () => {
  const awaited = new AwaitedDigests(10);
  awaited.set("a", []);
  awaited.set("b", ["1", "2", "3"]);
  awaited.set("c", ["1", "2", "3"]);
  expect(["a", "b", "c"].map((id) => awaited.get(id)?.length)).toEqual([0, 3, 3]);
  awaited.set("d", ["1"]);
  expect(["a", "b", "c", "d"].map((id) => awaited.get(id)?.length)).toEqual([undefined, 3, 3, 1]);
  awaited.delete("c");
  awaited.set("e", ["1", "2"]);
  expect(["b", "c", "d", "e"].map((id) => awaited.get(id)?.length)).toEqual([3, undefined, 1, 2]);
});

it("keeps nothing that is larger than the bound by itself", () => {
  const awaited = new AwaitedDigests(3);
  awaited.set("a", ["1", "2", "3"]);
  expect(awaited.get("a")).toBeUndefined();
});
