import { topologicalOrder } from "./fold.ts";
import type { Edge, Graph } from "./graph.ts";
import type { NodeStates } from "./node-states.ts";

/** The places in `graph.nodes` of the nodes that the whole run waited for: the way through the graph that took longest. */
export function criticalPath(graph: Graph, states: NodeStates, now: number): readonly number[] {
  const incoming: Edge[][] = graph.nodes.map(() => []);
  for (const edge of graph.edges) incoming[edge.target]?.push(edge);
  const length = new Float64Array(graph.nodes.length);
  const before = new Int32Array(graph.nodes.length).fill(-1);
  let last = -1;
  for (const index of topologicalOrder(graph.nodes.length, graph.edges)) {
    for (const { source } of incoming[index] ?? []) {
      if (before[index] !== -1 && (length[source] ?? 0) <= (length[before[index] ?? 0] ?? 0)) continue;
      before[index] = source;
    }
    const previous = before[index] ?? -1;
    length[index] = (previous === -1 ? 0 : (length[previous] ?? 0)) + ranFor(states, index, now);
    if (last === -1 || (length[index] ?? 0) > (length[last] ?? 0)) last = index;
  }
  const path: number[] = [];
  for (let index = last; index !== -1; index = before[index] ?? -1) path.push(index);
  return path.reverse();
}

function ranFor(states: NodeStates, index: number, now: number): number {
  const { startedAt, endedAt } = states.at(index);
  return startedAt === null ? 0 : Math.max(0, (endedAt ?? now) - startedAt);
}
