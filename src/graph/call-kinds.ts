import { isStructural } from "../model/node.ts";
import type { IndexedGraph, ReuseNode } from "./reuse-graph.ts";

/**
 * Numbers for what a node computes: two nodes have the same one if they do the same with the results of nodes that have the same ones,
 * up to the first ancestors. Numbers of graphs that are given to one of these can be compared.
 */
export class CallKinds {
  readonly #known = new Map<string, number>();

  /**
   * @param order parents before children
   * @param counts whether a node can be the same as any other; what depends on one that cannot, cannot either
   * @returns for each node its kind, or -1, and the length of the longest path that leads to it
   */
  of(
    { nodes, incoming }: IndexedGraph,
    order: Int32Array,
    counts: (node: ReuseNode) => boolean,
  ): { readonly kinds: Int32Array; readonly depths: Int32Array } {
    const kinds = new Int32Array(nodes.length).fill(-1);
    const depths = new Int32Array(nodes.length);
    for (const id of order) {
      const node = nodes[id];
      const parents = incoming.parents(id);
      for (const parent of parents) depths[id] = Math.max(depths[id] ?? 0, (depths[parent] ?? 0) + 1);
      const above = parents.map((parent) => kinds[parent] ?? -1);
      if (node === undefined || !counts(node) || !isKnown(node) || above.includes(-1)) continue;
      const labels = incoming.labels(id);
      const edges = above.map((kind, index) => `${labels[index]}<${kind}`).sort();
      kinds[id] = this.#numberOf(JSON.stringify([whatItDoes(node), edges]));
    }
    return { kinds, depths };
  }

  #numberOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#known.size);
    return this.#known.size - 1;
  }
}

/** Of a function without a code digest and a parameter without a value's nobody can say that it is the same. */
function isKnown({ type, code, value }: ReuseNode): boolean {
  if (type === "parameter") return value !== null;
  return code !== null || isStructural(type);
}

function whatItDoes({ type, code, value, key, options }: ReuseNode): unknown[] {
  return [type, code, value, key, options];
}
