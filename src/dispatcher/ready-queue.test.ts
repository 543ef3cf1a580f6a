import { expect, test } from "vitest";
import { ReadyQueue } from "./ready-queue.ts";

test("dispatches take turns, each first come first served", () => {
  const queue = new ReadyQueue<string>();
  queue.add("wide", [1, 2, 3]);
  queue.add("small", [7]);
  queue.add("wide", [4]);
  expect(queue.size).toBe(5);
  const taken = Array.from({ length: 5 }, () => queue.take()).map(
    (next) => `${next?.dispatch} ${next?.node}`,
  );
  expect(taken).toEqual(["wide 1", "small 7", "wide 2", "wide 3", "wide 4"]);
  expect(queue.take()).toBeUndefined();
  expect(queue.size).toBe(0);
});
