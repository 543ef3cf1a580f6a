import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReuseEdge } from "./labelled-parents.ts";
import { bruteForce, isValid } from "./reuse.test-support.ts";
import { findReusable } from "./reuse.ts";
import type { ReuseGraph, ReuseNode } from "./reuse-graph.ts";

const node = (code: string, more: Partial<ReuseNode> = {}): ReuseNode => ({
  name: code,
  type: "function",
  code,
  value: null,
  key: null,
  options: null,
  completed: true,
  ...more,
});
const parameter = (value: string, more: Partial<ReuseNode> = {}): ReuseNode =>
  node(":parameter:", { type: "parameter", code: null, value, ...more });
const edge = (source: number, target: number, index = 0, name = "x"): ReuseEdge => ({
  source,
  target,
  name,
  parameter: "arg",
  index,
});
const graph = (nodes: readonly ReuseNode[], ...edges: readonly ReuseEdge[]): ReuseGraph => ({ nodes, edges });

const CHAIN = graph([parameter("1"), node("a"), node("b"), node("c")], edge(0, 1), edge(1, 2), edge(2, 3));
const changed = (at: number, more: Partial<ReuseNode>, { nodes, edges }: ReuseGraph = CHAIN): ReuseGraph => ({
  nodes: nodes.map((each, id) => (id === at ? { ...each, ...more } : each)),
  edges,
});

describe("by structure", () => {
  const reused = (old: ReuseGraph, renewed: ReuseGraph) => [...findReusable("typescript", old, renewed)];

  test("the same graph is taken over whole", () => expect(reused(CHAIN, CHAIN)).toEqual([0, 1, 2, 3]));

  test.each<[what: string, at: number, more: Partial<ReuseNode>, expected: number[]]>([
    ["other code", 2, { code: "b2" }, [0, 1, -1, -1]],
    ["another value", 0, { value: "2" }, [-1, -1, -1, -1]],
    ["other options", 1, { options: "{}" }, [0, -1, -1, -1]],
    ["another type", 3, { type: "sublattice" }, [0, 1, 2, -1]],
    ["code that nobody knows", 2, { code: null }, [0, 1, -1, -1]],
    ["a replacement that looks the same", 2, { replaced: true }, [0, 1, -1, -1]],
    ["another name", 1, { name: "other" }, [0, 1, 2, 3]],
  ])("%s ends it for the node and its descendants, a name does not", (_, at, more, expected) => {
    expect(reused(CHAIN, changed(at, more))).toEqual(expected);
  });

  test("code and values that nobody knows are the same as nothing, not even as one another", () => {
    const unknown = changed(1, { code: null }, changed(0, { value: null }));
    expect(reused(unknown, unknown)).toEqual([-1, -1, -1, -1]);
  });

  test("what has no result is not taken over, nor what comes after it", () => {
    expect(reused(changed(2, { completed: false }), CHAIN)).toEqual([0, 1, -1, -1]);
  });

  test("ids may shift: a call that is inserted leaves the others as they were", () => {
    const old = graph(
      [parameter("1"), node("a"), parameter("2"), node("a"), node("sum")],
      edge(0, 1),
      edge(2, 3),
      edge(1, 4),
      edge(3, 4, 1),
    );
    const renewed = graph(
      [parameter("0"), node("a"), parameter("1"), node("a"), parameter("2"), node("a"), node("sum")],
      edge(0, 1),
      edge(2, 3),
      edge(4, 5),
      edge(3, 6),
      edge(5, 6, 1),
    );
    expect(reused(old, renewed)).toEqual([-1, -1, 0, 1, 2, 3, 4]);
  });

  test("of equal nodes each gets the one whose children it has", () => {
    const old = graph([node("load"), node("load"), node("f"), node("g")], edge(0, 2), edge(1, 3));
    const renewed = graph(
      [node("load"), node("load"), node("load"), node("g"), node("f")],
      edge(1, 3),
      edge(2, 4),
    );
    expect(reused(old, renewed)).toEqual([-1, 1, 0, 3, 2]);
  });

  test("a result goes to one node only", () => {
    expect(reused(graph([node("a")]), graph([node("a"), node("a")])).toSorted()).toEqual([-1, 0]);
  });

  test("arguments count by their places, the fields of structures by their names, keys as they are", () => {
    const pair = (...edges: ReuseEdge[]) => graph([node("a"), node("b"), node("f")], ...edges);
    expect(reused(pair(edge(0, 2, 0), edge(1, 2, 1)), pair(edge(0, 2, 0, "y"), edge(1, 2, 1, "z")))).toEqual([
      0, 1, 2,
    ]);
    expect(reused(pair(edge(0, 2, 0), edge(1, 2, 1)), pair(edge(0, 2, 1), edge(1, 2, 0)))).toEqual([
      0, 1, -1,
    ]);
    const dict = node(":dict:", { type: "electron_dict", code: null });
    const fields = (name: string) =>
      graph([node("a"), dict], { source: 0, target: 1, name, parameter: "kwarg", index: null });
    expect(reused(fields("x"), fields("x"))).toEqual([0, 1]);
    expect(reused(fields("x"), fields("y"))).toEqual([0, -1]);
    const item = (key: string | number) =>
      graph([node("a"), node(":i:", { type: "attribute", code: null, key })], edge(0, 1));
    expect(reused(item("0"), item("0"))).toEqual([0, 1]);
    expect(reused(item("0"), item(0))).toEqual([0, -1]);
  });

  test("100,000 equal calls that are summed, with one more at the front, cost no more than they have to", () => {
    const fan = (count: number): ReuseGraph => {
      const calls = Array.from({ length: count }, () => [parameter("1"), node("f")]).flat();
      const edges = Array.from({ length: count }, (_, call) => [
        edge(2 * call, 2 * call + 1),
        edge(2 * call + 1, 2 * count, call),
      ]);
      return { nodes: [...calls, node("sum")], edges: edges.flat() };
    };
    const found = findReusable("typescript", fan(50_000), fan(50_001));
    expect(found.filter((old) => old >= 0)).toHaveLength(100_000);
    expect(new Set(found).size).toBe(100_001);
  });
});

describe("by id", () => {
  const reused = (old: ReuseGraph, renewed: ReuseGraph) => [...findReusable("python", old, renewed)];

  test.each<[what: string, renewed: ReuseGraph, expected: number[]]>([
    ["nothing", CHAIN, [0, 1, 2, 3]],
    ["code", changed(1, { code: "other" }), [0, 1, 2, 3]],
    ["a name", changed(2, { name: "other" }), [0, 1, -1, -1]],
    ["a value", changed(0, { value: "2" }), [-1, -1, -1, -1]],
    ["what is to be replaced", changed(1, { replaced: true }), [0, -1, -1, -1]],
    [
      "the name of an edge",
      { ...CHAIN, edges: [edge(0, 1), edge(1, 2, 0, "y"), edge(2, 3)] },
      [0, 1, -1, -1],
    ],
    [
      "a node more",
      { nodes: [...CHAIN.nodes, node("d")], edges: [...CHAIN.edges, edge(3, 4)] },
      [0, 1, 2, 3, -1],
    ],
    ["an edge more", { ...CHAIN, edges: [...CHAIN.edges, edge(0, 2, 1)] }, [0, 1, -1, -1]],
  ])("%s is different", (_, renewed, expected) => expect(reused(CHAIN, renewed)).toEqual(expected));

  test("what has no result is not taken over", () => {
    expect(reused(changed(3, { completed: false }), CHAIN)).toEqual([0, 1, 2, -1]);
  });
});

/** Graphs of up to `size` nodes of few kinds, so that many are alike; in a forest a node has one child at most. */
const graphs = (size: number, shape: "any" | "forest", kinds: number): fc.Arbitrary<ReuseGraph> =>
  fc
    .array(
      fc.record({
        kind: fc.nat(kinds - 1),
        parents: fc.array(fc.nat(size), { maxLength: 2 }),
        done: fc.boolean(),
        wait: fc.boolean(),
      }),
      { maxLength: size },
    )
    .map((drawn) => {
      const used = new Set<number>();
      const edges = drawn.flatMap(({ parents, wait }, target) =>
        parents.flatMap((place, index) => {
          const parent = place % (target + 1);
          if (parent === target || (shape === "forest" && used.has(parent))) return [];
          used.add(parent);
          return [
            wait
              ? { ...edge(parent, target, 0, "!waiting_edge"), parameter: null, index: null }
              : edge(parent, target, index),
          ];
        }),
      );
      const done: boolean[] = [];
      for (const [id, each] of drawn.entries())
        done.push(
          (each.done || id % 3 > 0) &&
            edges.every(({ source, target }) => target !== id || done[source] === true),
        );
      return {
        nodes: drawn.map(({ kind }, id) => node(`k${kind}`, { completed: done[id] === true })),
        edges,
      };
    });

describe("against brute force", () => {
  test("what is found by structure is valid, and nothing can be added", () => {
    fc.assert(
      fc.property(graphs(6, "any", 2), graphs(6, "any", 2), (old, renewed) => {
        const found = findReusable("typescript", old, renewed);
        expect(isValid(old, renewed, found)).toBe(true);
        for (const [id, taken] of found.entries())
          for (const other of taken === -1 ? old.nodes.keys() : [])
            expect(isValid(old, renewed, found.with(id, other))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test("it is as much as there can be where nodes have one child, and where no two old nodes are alike", () => {
    const count = (found: Int32Array) => found.filter((old) => old !== -1).length;
    const distinct = graphs(6, "any", 3).map(({ nodes, edges }) => ({
      nodes: nodes.map((each, id) => ({ ...each, code: `n${id}` })),
      edges,
    }));
    const pairs = fc.oneof(
      fc.tuple(graphs(6, "forest", 2), graphs(6, "forest", 2)),
      fc.tuple(distinct, distinct),
    );
    fc.assert(
      fc.property(pairs, ([old, renewed]) => {
        expect(count(findReusable("typescript", old, renewed))).toBe(bruteForce(old, renewed));
      }),
      { numRuns: 2_000 },
    );
  });

  test("a graph whose nodes have all completed is taken over whole by itself, wherever nodes are put between its own", () => {
    const whole = graphs(12, "any", 2).map(({ nodes, edges }) => ({
      nodes: nodes.map((each) => ({ ...each, completed: true })),
      edges,
    }));
    fc.assert(
      fc.property(whole, fc.nat(12), (old, drawn) => {
        const at = Math.min(drawn, old.nodes.length);
        const moved = (id: number) => (id < at ? id : id + 1);
        const nodes: ReuseNode[] = [...old.nodes];
        nodes.splice(at, 0, node("new"));
        const edges = old.edges.map((each) => ({
          ...each,
          source: moved(each.source),
          target: moved(each.target),
        }));
        const found = findReusable("typescript", old, { nodes, edges });
        expect(isValid(old, { nodes, edges }, found)).toBe(true);
        expect(found.filter((id) => id === -1)).toHaveLength(1);
      }),
      { numRuns: 1_000 },
    );
  });
});
