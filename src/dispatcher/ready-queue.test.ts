import { expect, test } from "vitest";
import { ReadyQueue, type Turnstile } from "./ready-queue.ts";

const plain = { priority: 0, gate: undefined };

function add(
  queue: ReadyQueue<string>,
  dispatch: string,
  nodes: readonly number[],
  standing = plain as Parameters<typeof queue.add>[2],
) {
  for (const node of nodes) queue.add(dispatch, node, standing);
}

function taken(queue: ReadyQueue<string>, count: number): string[] {
  return Array.from({ length: count }, () => queue.take()).map((next) => `${next?.dispatch} ${next?.node}`);
}

function gateFor(places: number): Turnstile {
  let inside = 0;
  return {
    get isOpen() {
      return inside < places;
    },
    enter: () => void inside++,
    leave: () => void inside--,
  };
}

test("dispatches take turns, each first come first served", () => {
  const queue = new ReadyQueue<string>();
  add(queue, "wide", [1, 2, 3]);
  add(queue, "small", [7]);
  add(queue, "wide", [4]);
  expect(queue.size).toBe(5);
  expect(taken(queue, 5)).toEqual(["wide 1", "small 7", "wide 2", "wide 3", "wide 4"]);
  expect(queue.take()).toBeUndefined();
  expect(queue.size).toBe(0);
});

test("a higher priority goes first, whoever came before", () => {
  const queue = new ReadyQueue<string>();
  add(queue, "low", [1], { priority: -1, gate: undefined });
  add(queue, "usual", [2, 3]);
  add(queue, "high", [4], { priority: 5, gate: undefined });
  add(queue, "usual", [5], { priority: 1, gate: undefined });
  expect(taken(queue, 5)).toEqual(["high 4", "usual 5", "usual 2", "usual 3", "low 1"]);
});

test("what waits at a closed gate holds up nobody else, and goes on when a place is free", () => {
  const queue = new ReadyQueue<string>();
  const gate = gateFor(1);
  add(queue, "gpu", [1, 2], { priority: 9, gate });
  add(queue, "plain", [3]);
  expect(taken(queue, 2)).toEqual(["gpu 1", "plain 3"]);
  expect(queue.hasNext).toBe(false);
  expect(queue.take()).toBeUndefined();
  expect(queue.size).toBe(1);
  gate.leave();
  expect(queue.hasNext).toBe(true);
  expect(taken(queue, 1)).toEqual(["gpu 2"]);
});

test("lines of the same priority take turns", () => {
  const queue = new ReadyQueue<string>();
  add(queue, "plain", [1, 2, 3]);
  add(queue, "gpu", [4, 5], { priority: 0, gate: gateFor(9) });
  expect(taken(queue, 5)).toEqual(["plain 1", "gpu 4", "plain 2", "gpu 5", "plain 3"]);
});

test("what has a low priority has its turn now and then, however much of higher priority keeps coming", () => {
  const queue = new ReadyQueue<string>();
  add(queue, "lowest", [1, 2], { priority: -9, gate: undefined });
  const served: string[] = [];
  for (let turn = 1; turn <= 100; turn++) {
    add(queue, "high", [turn], { priority: 5, gate: undefined });
    if (turn === 2) add(queue, "low", [1, 2], { priority: -1, gate: gateFor(9) });
    for (const next of taken(queue, 1)) if (!next.startsWith("high")) served.push(`${turn}: ${next}`);
  }
  expect(served).toEqual(["20: lowest 1", "40: low 1", "60: lowest 2", "80: low 2"]);
});

test("what waits at a closed gate gives its turn to others", () => {
  const queue = new ReadyQueue<string>();
  const gate = gateFor(0);
  add(queue, "low", [1], { priority: -1, gate });
  add(
    queue,
    "high",
    Array.from({ length: 50 }, (_, id) => id),
  );
  expect(taken(queue, 50)).toEqual(Array.from({ length: 50 }, (_, id) => `high ${id}`));
  expect(queue.take()).toBeUndefined();
});
