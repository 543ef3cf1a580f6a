import { expect, it } from "vitest";
import { QueueDepth } from "./queue-depth.ts";

it("the depth of a queue grows while tasks are short and is one while they are long", () => {
  const depth = new QueueDepth();
  expect(depth.current).toBe(2);
  for (let count = 0; count < 100; count++) depth.note(0);
  expect(depth.current).toBe(64);
  for (let count = 0; count < 20; count++) depth.note(60_000);
  expect(depth.current).toBe(1);
});
