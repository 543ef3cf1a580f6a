import { validateGraph } from "../../graph/validate.ts";
import type { ManifestLink, ManifestNode } from "../../model/manifest.ts";
import { invalidManifest } from "../validation.ts";

/**
 * The shape of a graph that arrives in slices: ids must be 0, 1, 2, ... in order, links must stay among them, and at the end there
 * must be as many as announced and no cycle. Only names and numbers are kept.
 */
export class GraphDraft {
  readonly #announced: { readonly nodeCount: number; readonly linkCount: number };
  readonly #links: { source: number; target: number }[] = [];
  readonly #names: string[] = [];

  constructor(announced: { readonly nodeCount: number; readonly linkCount: number }) {
    this.#announced = announced;
  }

  /** @throws {CovalentError} `INVALID_MANIFEST` when an id is missing, repeated or out of order. */
  addNodes(nodes: readonly ManifestNode[]): void {
    for (const { id, metadata } of nodes) {
      if (id < this.#names.length) throw invalidManifest(`node ${id} occurs twice, or behind a later one`);
      if (id > this.#names.length)
        throw invalidManifest(`node ${id} follows node ${this.#names.length - 1}: ids have no gaps`);
      this.#names.push(metadata.name);
    }
    if (this.#names.length > this.#announced.nodeCount) throw this.#miscounted();
  }

  /** @throws {CovalentError} `INVALID_MANIFEST` when a link leads to a node that does not exist. */
  addLinks(links: readonly ManifestLink[]): void {
    for (const { source, target } of links) {
      const stray = source >= this.#names.length ? source : target;
      if (stray >= this.#names.length)
        throw invalidManifest(`link ${source} -> ${target}: there is no node ${stray}`);
      this.#links.push({ source, target });
    }
    if (this.#links.length > this.#announced.linkCount) throw this.#miscounted();
  }

  /** @throws {CovalentError} `INVALID_MANIFEST`, `GRAPH_CYCLE` */
  check(): void {
    const names = this.#names;
    if (this.#names.length !== this.#announced.nodeCount || this.#links.length !== this.#announced.linkCount)
      throw this.#miscounted();
    validateGraph({ nodeCount: names.length, links: this.#links, nameOf: (id) => names[id] ?? String(id) });
  }

  #miscounted() {
    const { nodeCount, linkCount } = this.#announced;
    return invalidManifest(
      `${nodeCount} nodes and ${linkCount} links were announced, not ${this.#names.length} and ${this.#links.length}`,
    );
  }
}
