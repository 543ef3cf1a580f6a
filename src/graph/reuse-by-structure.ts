import { CallKinds } from "./call-kinds.ts";
import { topologicalOrder } from "./order.ts";
import { Pairing } from "./pairing.ts";
import type { IndexedGraph } from "./reuse-graph.ts";

/** Old nodes that are tried for one new node before it is left to the second pass. */
const CANDIDATES = 4;
/** Steps that attempts may take in all, for each node and edge of the new graph. */
const STEPS = 8;

/**
 * The rule `typescript`. Many nodes are alike (equal parameters, a function called twice), and which of them is taken decides what
 * their children can take: so whoever has the most ancestors chooses first, and its ancestors with it. Then the rest is paired from
 * the parents down, which leaves nothing that could be added.
 */
export function reuseByStructure(old: IndexedGraph, renewed: IndexedGraph): Int32Array {
  const kinds = new CallKinds();
  const [oldOrder, newOrder] = [topologicalOrder(old.compact), topologicalOrder(renewed.compact)];
  const oldKinds = kinds.of(old, oldOrder, (node) => node.completed === true);
  const newKinds = kinds.of(renewed, newOrder, (node) => node.replaced !== true);
  const pairing = new Pairing(old.incoming, renewed.incoming, oldKinds.kinds, newKinds.kinds);
  pairFromBelow(pairing, oldKinds.kinds, newKinds, renewed);
  pairFromAbove(pairing, old, renewed, newOrder, newKinds.kinds, oldKinds.kinds);
  return pairing.oldOf;
}

function pairFromBelow(
  pairing: Pairing,
  oldKinds: Int32Array,
  { kinds, depths }: { readonly kinds: Int32Array; readonly depths: Int32Array },
  { nodes, compact }: IndexedGraph,
): void {
  const candidates = byKind(oldKinds);
  const limit = STEPS * (nodes.length + compact.children.length);
  for (const node of deepestFirst(depths)) {
    const alike = candidates.get(kinds[node] ?? -1);
    if (alike === undefined || pairing.oldOf[node] !== -1) continue;
    // Those that were taken as somebody's ancestors are of no use any more.
    while (alike.length > 0 && pairing.isTaken(alike.at(-1) ?? -1)) alike.pop();
    for (let tried = 1; tried <= Math.min(CANDIDATES, alike.length); tried++)
      if (pairing.steps < limit && pairing.pairWithAncestors(node, alike.at(-tried) ?? -1)) break;
  }
}

function pairFromAbove(
  pairing: Pairing,
  old: IndexedGraph,
  renewed: IndexedGraph,
  newOrder: Int32Array,
  newKinds: Int32Array,
  oldKinds: Int32Array,
): void {
  const free = new Map<string, number[]>();
  for (let node = old.nodes.length - 1; node >= 0; node--) {
    if (pairing.isTaken(node) || oldKinds[node] === -1) continue;
    listed(free, childKey(oldKinds[node] ?? -1, old.incoming.labels(node), old.incoming.parents(node))).push(
      node,
    );
  }
  for (const node of newOrder) {
    const parents = renewed.incoming.parents(node).map((parent) => pairing.oldOf[parent] ?? -1);
    if (pairing.oldOf[node] !== -1 || newKinds[node] === -1 || parents.includes(-1)) continue;
    const found = free.get(childKey(newKinds[node] ?? -1, renewed.incoming.labels(node), parents))?.pop();
    if (found !== undefined) pairing.pair(node, found);
  }
}

/** The same for two nodes of one kind with the same parents, the new ones replaced by the old ones that they are paired with. */
function childKey(kind: number, labels: readonly string[], parents: readonly number[]): string {
  const edges = parents.map((parent, index) => `${labels[index]}<${parent}`);
  return `${kind} ${edges.sort().join()}`;
}

function byKind(kinds: Int32Array): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const [node, kind] of kinds.entries()) if (kind !== -1) listed(found, kind).push(node);
  return found;
}

function listed<K>(lists: Map<K, number[]>, key: K): number[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list: number[] = [];
  lists.set(key, list);
  return list;
}

/** By how many generations are above a node, those of one generation from the last to the first. */
function deepestFirst(depths: Int32Array): number[] {
  const generations: number[][] = [];
  for (const [node, depth] of depths.entries()) {
    while (generations.length <= depth) generations.push([]);
    generations[depth]?.push(node);
  }
  return generations.flat().reverse();
}
