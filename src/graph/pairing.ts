import type { LabelledParents } from "./labelled-parents.ts";

/** Pairs of a new and an old node; each is in one pair at most, and no pair is without those of its parents. */
export class Pairing {
  /** For each new node its old one, or -1. */
  readonly oldOf: Int32Array;
  /** Nodes and edges that attempts have followed so far. */
  steps = 0;
  readonly #newOf: Int32Array;
  readonly #oldEdges: LabelledParents;
  readonly #newEdges: LabelledParents;
  readonly #oldKinds: Int32Array;
  readonly #newKinds: Int32Array;

  constructor(
    oldEdges: LabelledParents,
    newEdges: LabelledParents,
    oldKinds: Int32Array,
    newKinds: Int32Array,
  ) {
    this.oldOf = new Int32Array(newKinds.length).fill(-1);
    this.#newOf = new Int32Array(oldKinds.length).fill(-1);
    this.#oldEdges = oldEdges;
    this.#newEdges = newEdges;
    this.#oldKinds = oldKinds;
    this.#newKinds = newKinds;
  }

  isTaken(old: number): boolean {
    return this.#newOf[old] !== -1;
  }

  /** Pairs two nodes whose parents are paired with one another. */
  pair(node: number, old: number): void {
    this.oldOf[node] = old;
    this.#newOf[old] = node;
  }

  /** Pairs two nodes of one kind and, along their edges, all their ancestors; false, and nothing is paired, when that is not possible. */
  pairWithAncestors(node: number, old: number): boolean {
    const paired: number[] = [];
    const waiting: (readonly [node: number, old: number])[] = [[node, old]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [mine, theirs] = next;
      if (this.oldOf[mine] === theirs) continue;
      if (this.oldOf[mine] !== -1 || this.isTaken(theirs)) {
        for (const undone of paired) this.#part(undone);
        return false;
      }
      this.pair(mine, theirs);
      paired.push(mine);
      const parents = this.#parents(mine, theirs);
      this.steps += parents.length + 1;
      for (const pair of parents) waiting.push(pair);
    }
    return true;
  }

  #part(node: number): void {
    this.#newOf[this.oldOf[node] ?? -1] = -1;
    this.oldOf[node] = -1;
  }

  /** The parents of two nodes of one kind, side by side: along the same edges, and where several have one label by their kinds. */
  #parents(node: number, old: number): (readonly [node: number, old: number])[] {
    const mine = sorted(node, this.#newEdges, this.#newKinds);
    const theirs = sorted(old, this.#oldEdges, this.#oldKinds);
    return mine.map((parent, index) => [parent, theirs[index] ?? -1] as const);
  }
}

function sorted(node: number, edges: LabelledParents, kinds: Int32Array): readonly number[] {
  const labels = edges.labels(node);
  const parents = edges.parents(node);
  if (labels.every((label, index) => label !== labels[index - 1])) return parents;
  const places = Array.from(parents.keys());
  places.sort((a, b) => {
    const [one = "", other = ""] = [labels[a], labels[b]];
    if (one !== other) return one < other ? -1 : 1;
    return (kinds[parents[a] ?? -1] ?? -1) - (kinds[parents[b] ?? -1] ?? -1) || a - b;
  });
  return places.map((place) => parents[place] ?? -1);
}
