import { CovalentError } from "../model/errors.ts";
import { type CompactGraph, childrenOf } from "./compact.ts";

/** What people call a node. */
export type NodeNamer = (node: number) => string;

/** Nodes that a message about a cycle shows before it leaves some out. */
const SHOWN = 10;

/** The error for a graph whose topological order got stuck: `pending` holds what each node still waits for. */
export function cycleError(graph: CompactGraph, pending: Int32Array, nameOf?: NodeNamer): CovalentError {
  return new CovalentError("GRAPH_CYCLE", { cycle: describeCycle(findCycle(graph, pending), nameOf) });
}

/**
 * A cycle in words, closed: `a -> b -> a`. A long one is cut in its middle.
 *
 * @param cycle each node once, in the direction of the edges
 */
export function describeCycle(
  cycle: readonly number[],
  nameOf: NodeNamer = (node) => `node ${node}`,
): string {
  const names = cycle.slice(0, SHOWN).map(nameOf);
  if (cycle.length > SHOWN) names.push(`... (${cycle.length - SHOWN} more)`);
  return [...names, nameOf(cycle[0] ?? 0)].join(" -> ");
}

/**
 * Every node that is stuck has a stuck parent, so walking from parent to parent must come back to a node seen before: from
 * there on it is a cycle.
 */
function findCycle(graph: CompactGraph, pending: Int32Array): number[] {
  const stuckParent = new Int32Array(graph.nodeCount).fill(-1);
  let start = -1;
  for (let node = 0; node < graph.nodeCount; node++) {
    if ((pending[node] ?? 0) === 0) continue;
    start = node;
    for (const child of childrenOf(graph, node)) stuckParent[child] = node;
  }
  const seen = new Uint8Array(graph.nodeCount);
  let node = start;
  while (seen[node] === 0) {
    seen[node] = 1;
    node = stuckParent[node] ?? 0;
  }
  const backwards = [node];
  for (let above = stuckParent[node] ?? 0; above !== node; above = stuckParent[above] ?? 0)
    backwards.push(above);
  return backwards.reverse();
}
