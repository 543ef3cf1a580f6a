import { expect, it } from "vitest";
import { QueueDepth } from "./queue-depth.ts";

it("the depth of a queue is long for short tasks, holds one that waits for longer ones, and none for the longest", () => {
  const depth = new QueueDepth();
  expect(depth.current).toBe(2);
  for (let count = 0; count < 100; count++) depth.note(0);
  expect(depth.current).toBe(64);
  for (let count = 0; count < 100; count++) depth.note(2);
  expect(depth.current).toBe(32);
  for (let count = 0; count < 100; count++) depth.note(60);
  expect(depth.current).toBe(2);
  for (let count = 0; count < 20; count++) depth.note(60_000);
  expect(depth.current).toBe(1);
});
