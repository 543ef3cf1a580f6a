import type { ReuseGraph } from "./reuse-graph.ts";

/** Whether a choice keeps every promise of reuse, told from the definition alone. All nodes are functions. */
export function isValid(old: ReuseGraph, renewed: ReuseGraph, oldOf: Int32Array): boolean {
  const taken = [...oldOf].filter((id) => id !== -1);
  if (new Set(taken).size < taken.length) return false;
  return [...oldOf].every((id, node) => id === -1 || isSame(old, renewed, oldOf, node, id));
}

function isSame(old: ReuseGraph, renewed: ReuseGraph, oldOf: Int32Array, node: number, id: number): boolean {
  const [before, after] = [old.nodes[id], renewed.nodes[node]];
  if (before?.completed !== true || before.code !== after?.code || after?.replaced === true) return false;
  const theirs = edgesOf(old, id, (source) => source);
  const mine = edgesOf(renewed, node, (source) => oldOf[source] ?? -1);
  return theirs.join() === mine.join();
}

/** The edges that lead to a node, by what their target sees of them; a parent that is not taken over is like no other. */
function edgesOf({ edges }: ReuseGraph, node: number, nameOf: (source: number) => number): string[] {
  const into = edges.filter(({ target }) => target === node);
  return into.map(({ source, name, index }) => `${name} ${index} ${nameOf(source)}`).sort();
}

/** The largest number of nodes that a valid choice takes over, by trying all of them. Parents come before children. */
export function bruteForce(old: ReuseGraph, renewed: ReuseGraph): number {
  const oldOf = new Int32Array(renewed.nodes.length).fill(-1);
  const best = (node: number): number => {
    if (node === renewed.nodes.length) return 0;
    let most = best(node + 1);
    for (const id of old.nodes.keys()) {
      if (oldOf.includes(id) || !isSame(old, renewed, oldOf, node, id)) continue;
      oldOf[node] = id;
      most = Math.max(most, 1 + best(node + 1));
      oldOf[node] = -1;
    }
    return most;
  };
  return best(0);
}
