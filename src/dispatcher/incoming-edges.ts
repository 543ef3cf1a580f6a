import type { StoredEdge } from "../model/change.ts";

/** The edges of a graph by target, in one flat array; those of one target in the order of its arguments. */
export class IncomingEdges {
  readonly #edges: readonly StoredEdge[];
  readonly #offsets: Int32Array;

  constructor(nodeCount: number, edges: readonly StoredEdge[]) {
    this.#offsets = new Int32Array(nodeCount + 1);
    for (const edge of edges) this.#offsets[edge.target + 1] = (this.#offsets[edge.target + 1] ?? 0) + 1;
    for (let id = 0; id < nodeCount; id++) {
      this.#offsets[id + 1] = (this.#offsets[id + 1] ?? 0) + (this.#offsets[id] ?? 0);
    }
    this.#edges = edges.toSorted((a, b) => a.target - b.target || (a.index ?? 0) - (b.index ?? 0));
  }

  of(target: number): readonly StoredEdge[] {
    return this.#edges.slice(this.#offsets[target], this.#offsets[target + 1]);
  }
}
