import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NodeOutput, StoredDispatch } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { Status } from "../model/status.ts";
import { parseTemplate } from "../model/template.ts";
import { Advance } from "./advance.ts";
import { DispatchState } from "./dispatch-state.ts";
import { atOnce, payload, storedGraph, valueEdge, waitEdge } from "./stored-graph.test-support.ts";

const BOOM: Failure = { kind: "user-error", name: "RangeError", message: "boom" };

function begin(stored: StoredDispatch): { state: DispatchState; first: Advance } {
  const state = atOnce(DispatchState.of(stored));
  const first = new Advance(state, 0);
  atOnce(first.begin());
  return { state, first };
}

function step(state: DispatchState, act: (advance: Advance) => void): Advance {
  const advance = new Advance(state, 1);
  act(advance);
  advance.finishDispatch();
  return advance;
}

describe("advancing a dispatch", () => {
  test("completes parameters at once and opens the functions that need nothing else", () => {
    const { first, state } = begin(
      storedGraph(
        ["parameter", "function", "function"],
        [
          [0, 1],
          [1, 2],
        ],
      ),
    );
    expect(state.status(0)).toBe("COMPLETED");
    expect(first.ready).toEqual([1]);
    expect(first.changes).toHaveLength(1);
  });

  test("opens a child only when the last of its parents is complete, whether it gives a value or is waited for", () => {
    const { state, first } = begin(
      storedGraph(["function", "function", "function"], [valueEdge(0, 2, 0), waitEdge(1, 2)]),
    );
    expect(first.ready).toEqual([0, 1]);
    expect(step(state, (advance) => advance.complete(0, payload("a"))).ready).toEqual([]);
    expect(step(state, (advance) => advance.complete(1, payload("b"))).ready).toEqual([2]);
  });

  test("counts an argument that is given twice once for each edge", () => {
    const { state, first } = begin(
      storedGraph(["function", "function"], [valueEdge(0, 1, 0), valueEdge(0, 1, 1)]),
    );
    expect(first.ready).toEqual([0]);
    expect(step(state, (advance) => advance.complete(0, payload("a"))).ready).toEqual([1]);
  });

  test("gives the returned value as the result, without a copy, in the commit of the last node", () => {
    const { state } = begin(storedGraph(["function", "reconstruct"], [[0, 1]]));
    const { changes } = step(state, (advance) => advance.complete(0, payload("a")));
    expect(changes.map((change) => change.kind)).toEqual(["node-status", "node-status", "dispatch-status"]);
    expect(changes.at(-1)).toMatchObject({ status: "COMPLETED", resultOf: 101 });
    expect(changes.at(-2)).toMatchObject({ nodeId: 1, output: { sameAs: 100 } });
  });
});

test("a failure cancels every descendant, names itself as the reason, and leaves other branches alone", () => {
  const { state } = begin(
    storedGraph(
      ["function", "function", "electron_list", "function", "function"],
      [
        [0, 2],
        [2, 3],
        [1, 4],
      ],
    ),
  );
  const { changes, ready } = step(state, (advance) => advance.fail(0, BOOM));
  expect(changes).toMatchObject([
    { nodeId: 0, status: "FAILED", reason: "RangeError: boom", failure: BOOM },
    { nodeId: 2, status: "CANCELLED", reason: "function-0 (node 0) failed" },
    { nodeId: 3, status: "CANCELLED", reason: "function-0 (node 0) failed" },
  ]);
  expect(ready).toEqual([]);
  expect(step(state, (advance) => advance.complete(1, payload("a"))).ready).toEqual([4]);
  const last = step(state, (advance) => advance.complete(4, payload("b")));
  expect(last.changes.at(-1)).toMatchObject({
    status: "FAILED",
    reason: "1 node failed: function-0 (node 0)",
  });
});

test("a dispatch in which something was cancelled and nothing failed is cancelled", () => {
  const { state } = begin(storedGraph(["function"], []));
  expect(step(state, (advance) => advance.cancel(0, "asked")).changes.at(-1)).toMatchObject({
    status: "CANCELLED",
  });
});

test("an outcome for a node that has ended changes nothing", () => {
  const { state } = begin(storedGraph(["function", "function"], []));
  step(state, (advance) => advance.fail(0, BOOM));
  expect(step(state, (advance) => advance.complete(0, payload("late"))).changes).toEqual([]);
});

test("lists and dicts of handles, and fields of handles, become templates that open no payload", () => {
  const { state } = begin(
    storedGraph(
      ["function", "attribute", "electron_list", "electron_dict", "reconstruct"],
      [
        [0, 1],
        valueEdge(1, 2, 0),
        valueEdge(0, 2, 1),
        { ...valueEdge(2, 3, 0, "fits"), parameter: "kwarg" },
        [3, 4],
      ],
    ),
  );
  const { changes } = step(state, (advance) => advance.complete(0, payload("a")));
  const outputs = new Map(
    changes.flatMap((change) =>
      change.kind === "node-status" && change.output !== undefined ? [[change.nodeId, change.output]] : [],
    ),
  );
  const list = storedTemplate(outputs.get(2));
  expect(list.template).toEqual({
    list: [
      { ref: "digest of a", size: 1, path: [{ key: "field", node: 1, name: "attribute-1" }] },
      { ref: "digest of a", size: 1 },
    ],
  });
  expect(storedTemplate(outputs.get(3)).template).toEqual({
    dict: [["fits", { template: list.digest, size: list.size }]],
  });
  expect(outputs.get(4)).toEqual({ sameAs: 103 });
});

test("an element that a list of handles does not have fails the node that asks for it", () => {
  const graph = storedGraph(
    ["function", "electron_list", "subscripted", "function"],
    [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
  );
  const { state } = begin({
    ...graph,
    nodes: graph.nodes.map((node) => (node.nodeId === 2 ? { ...node, key: 7 } : node)),
  });
  step(state, (advance) => advance.complete(0, payload("a")));
  expect([0, 1, 2, 3].map((id) => state.status(id))).toEqual([
    "COMPLETED",
    "COMPLETED",
    "FAILED",
    "CANCELLED",
  ]);
});

test("a dispatch found after a crash goes on behind what was complete", () => {
  const graph = storedGraph(
    ["parameter", "function", "attribute", "function", "reconstruct"],
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ],
  );
  const done: readonly Status[] = ["COMPLETED", "COMPLETED", "COMPLETED", "NEW_OBJECT", "NEW_OBJECT"];
  const nodes = graph.nodes.map((node, id) => ({
    ...node,
    status: done[id] ?? node.status,
    output: id === 1 ? payload("a") : node.output,
  }));
  const { state, first } = begin({ ...graph, status: "RUNNING", nodes });
  expect(first.ready).toEqual([3]);
  expect(first.changes).toEqual([]);
  expect(step(state, (advance) => advance.complete(3, payload("b"))).changes.at(-1)).toMatchObject({
    status: "COMPLETED",
  });
});

test("ends every random graph as a plain reading of the rules says", () => {
  fc.assert(
    fc.property(randomRun(), ({ count, edges, failing, order }) => {
      const { state, first } = begin(storedGraph(new Array(count).fill("function"), edges));
      const ready = [...first.ready];
      let last = first;
      for (let turn = 0; ready.length > 0; turn++) {
        const [id] = ready.splice((order[turn % order.length] ?? 0) % ready.length, 1);
        if (id === undefined) break;
        last = step(state, (advance) =>
          failing.has(id) ? advance.fail(id, BOOM) : advance.complete(id, payload("x")),
        );
        ready.push(...last.ready);
      }
      const expected = plainReading(count, edges, failing);
      expect(Array.from({ length: count }, (_, id) => state.status(id))).toEqual(expected);
      expect(last.changes.at(-1)).toMatchObject({
        kind: "dispatch-status",
        status: expected.includes("FAILED") ? "FAILED" : "COMPLETED",
      });
    }),
  );
});

function storedTemplate(output: NodeOutput | undefined) {
  if (output === undefined || "sameAs" in output || output.inline === undefined)
    throw new Error("no template");
  return { ...output, template: parseTemplate(output.inline) };
}

function randomRun() {
  return fc.integer({ min: 1, max: 25 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      edges: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1))).map((pairs) =>
        // From the lower to the higher id: no cycles.
        pairs.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
      ),
      failing: fc.array(fc.nat(count - 1), { maxLength: 3 }).map((ids) => new Set(ids)),
      order: fc.array(fc.nat(1_000), { minLength: 1 }),
    }),
  );
}

/** A node completes unless it fails itself or one of its ancestors has failed. */
function plainReading(
  count: number,
  edges: readonly (readonly [number, number])[],
  failing: ReadonlySet<number>,
): Status[] {
  const status: Status[] = [];
  for (let id = 0; id < count; id++) {
    const parents = edges.filter(([, target]) => target === id).map(([source]) => status[source]);
    if (parents.some((parent) => parent !== "COMPLETED")) status.push("CANCELLED");
    else status.push(failing.has(id) ? "FAILED" : "COMPLETED");
  }
  return status;
}
