import fc from "fast-check";
import { expect, test } from "vitest";
import { GrowingGraph } from "./growing-graph.ts";
import { validateGraph } from "./validate.ts";

const SIZE = 8;
const node = fc.integer({ min: 0, max: SIZE - 1 });

test("an edge is said to close a cycle exactly when the graph with it is invalid", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ source: node, target: node }), { maxLength: 30 }), (candidates) => {
      const graph = new GrowingGraph();
      while (graph.nodeCount < SIZE) graph.addNode();
      const links: typeof candidates = [];
      for (const link of candidates) {
        const cycle = graph.cycleClosedBy(link.source, link.target);
        const check = () => validateGraph({ nodeCount: SIZE, links: [...links, link] });
        if (cycle === undefined) {
          expect(check).not.toThrow();
          graph.addEdge(link.source, link.target);
          links.push(link);
        } else {
          expect(check).toThrow("cycle");
          expect([cycle.at(0), cycle.at(-1)]).toEqual([link.target, link.source]);
          for (const [index, source] of cycle.slice(0, -1).entries()) {
            expect(links).toContainEqual({ source, target: cycle[index + 1] });
          }
        }
      }
    }),
  );
});
