import { type Edge, type Graph, isStructural } from "./graph.ts";

/** What is left of a graph when structural nodes are folded away: places in `graph.nodes`, and edges between those. */
export interface Folded {
  readonly nodes: readonly number[];
  readonly edges: readonly Edge[];
}

/** A structural node whose removal would make more edges than this many times its own stays: a list of 1,000 that 1,000 take. */
const MOST_EDGES_FOR_ONE = 2;

/** Leaves structural nodes out: whoever takes their value takes it from where it comes from. */
export function foldStructure(graph: Graph): Folded {
  const gone = graph.nodes.map(isStructural);
  if (gone.every(Boolean)) return { nodes: graph.nodes.map((_, index) => index), edges: graph.edges };
  const incoming: Edge[][] = graph.nodes.map(() => []);
  const outgoing: number[] = graph.nodes.map(() => 0);
  for (const edge of graph.edges) {
    incoming[edge.target]?.push(edge);
    outgoing[edge.source] = (outgoing[edge.source] ?? 0) + 1;
  }
  // In topological order, so that what a node is fed by is known before it is looked at.
  for (const index of topologicalOrder(graph.nodes.length, graph.edges)) {
    const fed = (incoming[index] ?? []).flatMap((edge) =>
      gone[edge.source] ? (incoming[edge.source] ?? []).map(({ source }) => ({ ...edge, source })) : [edge],
    );
    incoming[index] = withoutDoubles(fed);
    const [into, out] = [incoming[index].length, outgoing[index] ?? 0];
    if (into * out > MOST_EDGES_FOR_ONE * (into + out) + 8) gone[index] = false;
  }
  const nodes = graph.nodes.map((_, index) => index).filter((index) => !gone[index]);
  return { nodes, edges: nodes.flatMap((index) => incoming[index] ?? []) };
}

function withoutDoubles(edges: readonly Edge[]): Edge[] {
  const seen = new Set<number>();
  return edges.filter(({ source }) => !seen.has(source) && seen.add(source));
}

/** Places 0 to `count - 1`, sources before targets. What is on a cycle, which no dispatch has, comes last. */
export function topologicalOrder(
  count: number,
  edges: readonly Pick<Edge, "source" | "target">[],
): readonly number[] {
  const open = new Int32Array(count);
  const targets: number[][] = Array.from({ length: count }, () => []);
  for (const { source, target } of edges) {
    open[target] = (open[target] ?? 0) + 1;
    targets[source]?.push(target);
  }
  const order: number[] = [];
  for (let index = 0; index < count; index++) if (open[index] === 0) order.push(index);
  for (let at = 0; at < order.length; at++) {
    for (const target of targets[order[at] ?? 0] ?? []) {
      open[target] = (open[target] ?? 0) - 1;
      if (open[target] === 0) order.push(target);
    }
  }
  for (let index = 0; index < count; index++) if ((open[index] ?? 0) > 0) order.push(index);
  return order;
}

/** How many edges the longest way from a source to each place has. */
export function depths(count: number, edges: readonly Pick<Edge, "source" | "target">[]): Int32Array {
  const depth = new Int32Array(count);
  const targets: number[][] = Array.from({ length: count }, () => []);
  for (const { source, target } of edges) targets[source]?.push(target);
  for (const index of topologicalOrder(count, edges)) {
    for (const target of targets[index] ?? []) {
      depth[target] = Math.max(depth[target] ?? 0, (depth[index] ?? 0) + 1);
    }
  }
  return depth;
}
