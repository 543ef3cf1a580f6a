import type { CompactGraph } from "./compact.ts";
import { cycleError, type NodeNamer } from "./cycle.ts";

/**
 * All nodes, parents before children; nodes that are ready at the same time in ascending order of id. O(nodes + edges).
 *
 * @throws {CovalentError} `GRAPH_CYCLE` with one of the cycles, as `a -> b -> a`.
 */
export function topologicalOrder(graph: CompactGraph, nameOf?: NodeNamer): Int32Array {
  const { nodeCount, childOffsets, children } = graph;
  const pending = graph.parentCounts.slice();
  const order = new Int32Array(nodeCount);
  let placed = 0;
  for (let node = 0; node < nodeCount; node++) if (pending[node] === 0) order[placed++] = node;
  for (let done = 0; done < placed; done++) {
    const node = order[done] ?? 0;
    const end = childOffsets[node + 1] ?? 0;
    for (let edge = childOffsets[node] ?? 0; edge < end; edge++) {
      const child = children[edge] ?? 0;
      const left = (pending[child] ?? 0) - 1;
      pending[child] = left;
      if (left === 0) order[placed++] = child;
    }
  }
  if (placed < nodeCount) throw cycleError(graph, pending, nameOf);
  return order;
}
