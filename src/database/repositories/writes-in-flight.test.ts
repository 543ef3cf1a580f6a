import { expect, test } from "vitest";
import { WritesInFlight } from "./writes-in-flight.ts";

test("so many writes are under way at once, and the next waits for the first", async () => {
  const writes = new WritesInFlight(2);
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const started: number[] = [];
  const add = (index: number) =>
    writes.add(() => {
      started.push(index);
      return gates[index]?.promise ?? Promise.resolve();
    });
  await add(0);
  await add(1);
  const third = add(2);
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1]);
  gates[0]?.resolve();
  await third;
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  await writes.settle();
});

test("the first error is told to whoever comes next and at the end, and nothing is written behind it", async () => {
  const writes = new WritesInFlight(4);
  const wrong = new Error("refused");
  await writes.add(() => Promise.reject(wrong));
  await writes.end();
  let written = false;
  await expect(
    writes.add(async () => {
      written = true;
    }),
  ).rejects.toBe(wrong);
  expect(written).toBe(false);
  await expect(writes.settle()).rejects.toBe(wrong);
});
