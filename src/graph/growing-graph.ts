/**
 * A graph that only grows: nodes get the ids 0, 1, 2, ... and edges are added one by one, as a lattice is traced. It answers
 * whether a new edge would close a cycle, at no cost as long as every edge leads from an older node to a newer one.
 */
export class GrowingGraph {
  /** For each node its latest outgoing edge, for each edge the one before it from the same node; -1 ends the chain. */
  readonly #latest: number[] = [];
  readonly #previous: number[] = [];
  readonly #targets: number[] = [];
  /** True once an edge led from a newer node to an older one: before that, ids alone prove that there is no cycle. */
  #hasBackwardEdge = false;

  get nodeCount(): number {
    return this.#latest.length;
  }

  /** Adds a node and returns its id. */
  addNode(): number {
    return this.#latest.push(-1) - 1;
  }

  addEdge(source: number, target: number): void {
    if (source >= target) this.#hasBackwardEdge = true;
    this.#previous.push(this.#latest[source] ?? -1);
    this.#latest[source] = this.#targets.push(target) - 1;
  }

  /** The nodes of the cycle that an edge `source -> target` would close, `target` first and `source` last; else `undefined`. */
  cycleClosedBy(source: number, target: number): number[] | undefined {
    if (source < target && !this.#hasBackwardEdge) return undefined;
    return this.#path(target, source);
  }

  #path(from: number, to: number): number[] | undefined {
    const cameFrom = new Map<number, number>([[from, -1]]);
    const waiting = [from];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node === to) return backtrack(cameFrom, to);
      for (let edge = this.#latest[node] ?? -1; edge >= 0; edge = this.#previous[edge] ?? -1) {
        const child = this.#targets[edge] ?? -1;
        if (cameFrom.has(child)) continue;
        cameFrom.set(child, node);
        waiting.push(child);
      }
    }
    return undefined;
  }
}

function backtrack(cameFrom: ReadonlyMap<number, number>, end: number): number[] {
  const path: number[] = [];
  for (let node = end; node >= 0; node = cameFrom.get(node) ?? -1) path.push(node);
  return path.reverse();
}
