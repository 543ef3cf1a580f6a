import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CompactGraph, childrenOf, compact, type Link } from "./compact.ts";
import { topologicalOrder } from "./order.ts";
import { validateGraph } from "./validate.ts";

const names = (node: number) => "abcdefghijklmnopqrstuvwxyz"[node] ?? `n${node}`;
const link = (source: number, target: number): Link => ({ source, target });

const anyGraph = fc.integer({ min: 1, max: 12 }).chain((nodeCount) => {
  const node = fc.integer({ min: 0, max: nodeCount - 1 });
  const links = fc.array(fc.record({ source: node, target: node }), { maxLength: 30 });
  return fc.record({ nodeCount: fc.constant(nodeCount), links });
});

describe("compact", () => {
  test("keeps every edge of every node, in order", () => {
    fc.assert(
      fc.property(anyGraph, ({ nodeCount, links }) => {
        const graph = compact(nodeCount, links.values());
        for (let node = 0; node < nodeCount; node++) {
          const expected = links.filter((each) => each.source === node).map((each) => each.target);
          expect([...childrenOf(graph, node)]).toEqual(expected);
          expect(graph.parentCounts[node]).toBe(links.filter((each) => each.target === node).length);
        }
      }),
    );
  });

  test("refuses an edge to a node that does not exist", () => {
    expect(() => compact(2, [link(0, 2)])).toThrow("the edge 0 -> 2 names node 2, but nodes are 0 to 1");
    expect(() => compact(0, [link(0, 0)])).toThrow("there are no nodes");
    expect(() => compact(2, [link(-1, 0)])).toThrow("names node -1");
    expect(() => compact(2, [link(0.5, 0)])).toThrow("names node 0.5");
  });
});

describe("a graph is valid", () => {
  test("exactly when a naive search finds no cycle", () => {
    fc.assert(
      fc.property(anyGraph, ({ nodeCount, links }) => {
        const cyclic = links.some(({ source, target }) => reaches(links, target, source));
        if (cyclic) expect(() => validateGraph({ nodeCount, links })).toThrow("the graph has a cycle");
        else expectParentsFirst(validateGraph({ nodeCount, links }), links);
      }),
    );
  });

  test("and the cycle that is reported is one", () => {
    fc.assert(
      fc.property(anyGraph, ({ nodeCount, links }) => {
        const cycle = reportedCycle(() => validateGraph({ nodeCount, links }));
        for (const [index, source] of cycle.slice(0, -1).entries()) {
          expect(links).toContainEqual({ source, target: cycle[index + 1] });
        }
        expect(cycle.at(0)).toBe(cycle.at(-1));
      }),
    );
  });

  test("unless a node is its own parent", () => {
    expect(() => validateGraph({ nodeCount: 1, links: [link(0, 0)], nameOf: names })).toThrow(
      "a cycle: a -> a",
    );
  });

  test("unless two nodes wait for each other, which are named", () => {
    const links = [link(0, 1), link(1, 2), link(2, 1)];
    expect(() => validateGraph({ nodeCount: 3, links, nameOf: names })).toThrow(
      /a cycle: (b -> c -> b|c -> b -> c)$/,
    );
  });

  test("and a long cycle is reported with ten of its nodes", () => {
    const links = Array.from({ length: 26 }, (_, node) => link(node, (node + 1) % 26));
    const shown = /: (\w -> ){10}\.\.\. \(16 more\) -> \w$/;
    expect(() => validateGraph({ nodeCount: 26, links, nameOf: names })).toThrow(shown);
  });

  test("unless its ids have a gap, a repetition or a stranger", () => {
    const links: Link[] = [];
    expect(() => validateGraph({ nodeCount: 2, links, ids: [1, 0] })).not.toThrow();
    expect(() => validateGraph({ nodeCount: 2, links, ids: [0] })).toThrow("node id 1 is missing");
    expect(() => validateGraph({ nodeCount: 2, links, ids: [0, 0] })).toThrow("node id 0 occurs twice");
    expect(() => validateGraph({ nodeCount: 2, links, ids: [0, 2] })).toThrow(
      "node id 2 is not one of 0 to 1",
    );
  });

  test("however deep it is", () => {
    const nodeCount = 100_000;
    const links = Array.from({ length: nodeCount - 1 }, (_, node) => link(node, node + 1));
    const order = topologicalOrder(validateGraph({ nodeCount, links }));
    expect(order.every((node, index) => node === index)).toBe(true);
  });
});

function expectParentsFirst(graph: CompactGraph, links: readonly Link[]): void {
  const order = [...topologicalOrder(graph)];
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: graph.nodeCount }, (_, node) => node));
  for (const { source, target } of links) expect(order.indexOf(source)).toBeLessThan(order.indexOf(target));
}

function reaches(links: readonly Link[], from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const node of seen) for (const each of links) if (each.source === node) seen.add(each.target);
  return seen.has(to);
}

/** The ids of the cycle in the error, or none when there is no error. Graphs here are small enough to be shown whole. */
function reportedCycle(run: () => unknown): number[] {
  try {
    run();
    return [];
  } catch (error) {
    const shown = String(error).split(": ").at(-1) ?? "";
    if (shown.includes("more)")) return [];
    return [...shown.matchAll(/node (\d+)/g)].map((match) => Number(match[1]));
  }
}
