import { topologicalOrder } from "./order.ts";
import type { IndexedGraph } from "./reuse-graph.ts";

/** The rule `python`: a node is the old one with its id, if that has its name, value and edges and its parents are theirs. */
export function reuseById(old: IndexedGraph, renewed: IndexedGraph): Int32Array {
  const same = new Int32Array(renewed.nodes.length).fill(-1);
  for (const node of topologicalOrder(renewed.compact)) {
    const parents = renewed.incoming.parents(node);
    if (isSame(old, renewed, node) && parents.every((parent) => same[parent] === parent)) same[node] = node;
  }
  return same.map((node) => (old.nodes[node]?.completed === true ? node : -1));
}

function isSame(old: IndexedGraph, renewed: IndexedGraph, node: number): boolean {
  const [before, after] = [old.nodes[node], renewed.nodes[node]];
  return (
    before !== undefined &&
    after !== undefined &&
    after.replaced !== true &&
    before.name === after.name &&
    before.value === after.value &&
    equal(old.incoming.parents(node), renewed.incoming.parents(node)) &&
    equal(old.incoming.labels(node), renewed.incoming.labels(node))
  );
}

function equal<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
