import { CovalentError } from "../model/errors.ts";

/** An edge between two node ids. */
export interface Link {
  readonly source: number;
  readonly target: number;
}

/**
 * A graph as flat arrays (compressed sparse rows): the children of node `n` are
 * `children[childOffsets[n]] ... children[childOffsets[n + 1] - 1]`, in the order of their edges, one entry for each edge.
 */
export interface CompactGraph {
  readonly nodeCount: number;
  /** `nodeCount + 1` offsets into `children`. */
  readonly childOffsets: Int32Array;
  readonly children: Int32Array;
  /** How many edges lead to each node: what has to arrive before it may run. */
  readonly parentCounts: Int32Array;
}

/**
 * Packs edges between the nodes 0, 1, ... `nodeCount - 1` in O(nodes + edges).
 *
 * @throws {CovalentError} `INVALID_MANIFEST` when an edge names a node that does not exist.
 * @example
 * compact(3, [{ source: 0, target: 2 }, { source: 1, target: 2 }]).parentCounts; // Int32Array [0, 0, 2]
 */
export function compact(nodeCount: number, edges: Iterable<Link>): CompactGraph {
  const links: readonly Link[] = Array.isArray(edges) ? edges : [...edges];
  const childOffsets = new Int32Array(nodeCount + 1);
  const parentCounts = new Int32Array(nodeCount);
  for (const { source, target } of links) {
    requireNode(nodeCount, source, source, target);
    requireNode(nodeCount, target, source, target);
    childOffsets[source + 1] = at(childOffsets, source + 1) + 1;
    parentCounts[target] = at(parentCounts, target) + 1;
  }
  for (let node = 0; node < nodeCount; node++) {
    childOffsets[node + 1] = at(childOffsets, node + 1) + at(childOffsets, node);
  }
  return { nodeCount, childOffsets, children: fillChildren(childOffsets, links), parentCounts };
}

/** The children of one node, one entry for each edge; a view, not a copy. */
export function childrenOf(graph: CompactGraph, node: number): Int32Array {
  return graph.children.subarray(graph.childOffsets[node], graph.childOffsets[node + 1]);
}

function fillChildren(childOffsets: Int32Array, links: readonly Link[]): Int32Array {
  const next = childOffsets.slice();
  const children = new Int32Array(links.length);
  for (const { source, target } of links) {
    const slot = at(next, source);
    children[slot] = target;
    next[source] = slot + 1;
  }
  return children;
}

function requireNode(nodeCount: number, node: number, source: number, target: number): void {
  if (Number.isInteger(node) && node >= 0 && node < nodeCount) return;
  const known = nodeCount === 0 ? "there are no nodes" : `nodes are 0 to ${nodeCount - 1}`;
  throw new CovalentError("INVALID_MANIFEST", {
    reason: `the edge ${source} -> ${target} names node ${node}, but ${known}`,
  });
}

/** An element that is known to exist: typed arrays have no holes, and every index here was checked. */
function at(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}
