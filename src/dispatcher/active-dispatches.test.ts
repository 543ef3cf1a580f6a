import { expect, test } from "vitest";
import type { StoredDispatch } from "../model/change.ts";
import { ActiveDispatch } from "./active-dispatch.ts";
import { ActiveDispatches } from "./active-dispatches.ts";
import { inTurns } from "./piecemeal.ts";

/** Deeper than calls may be. */
const DEPTH = 30_000;

test("a dispatch knows what it inherits from those it belongs to, however deep it is in a lattice that calls itself", async () => {
  const all = new ActiveDispatches();
  for (let depth = 0; depth <= DEPTH; depth++) {
    const active = await inTurns(ActiveDispatch.of(nested(depth)));
    active.takePlace(0, { isOpen: true, enter: () => undefined, leave: () => undefined });
    all.add(active);
  }
  const [first, deepest] = [all.get("0"), all.get(String(DEPTH))];
  if (first === undefined || deepest === undefined) throw new Error("they are there");
  expect(all.priorityOf(deepest)).toBe(DEPTH + 1);
  expect(all.levelOf(deepest)).toBe(DEPTH);
  expect(all.isPaused(deepest)).toBe(false);
  first.paused = true;
  expect(all.isPaused(deepest)).toBe(true);
});

function nested(depth: number): StoredDispatch {
  const executor = { name: "local", data: {} };
  return {
    row: depth,
    dispatchId: String(depth),
    rootDispatchId: "0",
    name: "nested",
    status: "RUNNING",
    language: "typescript",
    bundle: null,
    workdir: null,
    projectRoot: null,
    executor,
    workflowExecutor: executor,
    parent: depth === 0 ? null : { dispatchId: String(depth - 1), nodeId: 0 },
    startedAt: null,
    deadlineMs: null,
    priority: 1,
    tags: [],
    paused: false,
    cancelRequested: false,
    nodes: [],
    edges: [],
  };
}
