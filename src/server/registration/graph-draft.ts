import { validateGraph } from "../../graph/validate.ts";
import type { ManifestLink, ManifestNode } from "../../model/manifest.ts";
import { invalidManifest } from "../validation.ts";

/**
 * The shape of a graph that arrives in slices: ids must be 0, 1, 2, ... in order, links must stay among them, and at the end there
 * must be as many as announced and no cycle. Structural nodes must have what their output is made of: a parameter its value, an
 * attribute or element its key, and these and the returned value one parent. Names and numbers are kept until the end.
 */
export class GraphDraft {
  readonly #announced: { readonly nodeCount: number; readonly linkCount: number };
  readonly #links: { source: number; target: number }[] = [];
  readonly #names: string[] = [];
  /** Nodes that take exactly one value, and how many edges bring one so far. */
  readonly #single = new Map<number, number>();

  constructor(announced: { readonly nodeCount: number; readonly linkCount: number }) {
    this.#announced = announced;
  }

  /** @throws {CovalentError} `INVALID_MANIFEST` when an id is missing, repeated or out of order. */
  addNodes(nodes: readonly ManifestNode[]): void {
    for (const node of nodes) {
      const { id, metadata } = node;
      if (id < this.#names.length) throw invalidManifest(`node ${id} occurs twice, or behind a later one`);
      if (id > this.#names.length)
        throw invalidManifest(`node ${id} follows node ${this.#names.length - 1}: ids have no gaps`);
      this.#names.push(metadata.name);
      this.#addStructural(node);
    }
    if (this.#names.length > this.#announced.nodeCount) throw this.#miscounted();
  }

  /** @throws {CovalentError} `INVALID_MANIFEST` when a link leads to a node that does not exist. */
  addLinks(links: readonly ManifestLink[]): void {
    for (const { source, target, metadata } of links) {
      const stray = source >= this.#names.length ? source : target;
      if (stray >= this.#names.length)
        throw invalidManifest(`link ${source} -> ${target}: there is no node ${stray}`);
      this.#links.push({ source, target });
      const values = this.#single.get(target);
      if (values !== undefined && metadata.param_type != null) this.#single.set(target, values + 1);
    }
    if (this.#links.length > this.#announced.linkCount) throw this.#miscounted();
  }

  /** @throws {CovalentError} `INVALID_MANIFEST`, `GRAPH_CYCLE` */
  check(): void {
    const names = this.#names;
    if (this.#names.length !== this.#announced.nodeCount || this.#links.length !== this.#announced.linkCount)
      throw this.#miscounted();
    for (const [id, values] of this.#single) {
      if (values !== 1) throw invalidManifest(`node ${id} (${names[id]}) needs one value, not ${values}`);
    }
    validateGraph({ nodeCount: names.length, links: this.#links, nameOf: (id) => names[id] ?? String(id) });
  }

  #addStructural({ id, metadata: { type, key, name }, assets }: ManifestNode): void {
    if (type === "parameter" && assets.value == null && assets.output == null)
      throw invalidManifest(`node ${id} (${name}) is a parameter without a value`);
    if ((type === "attribute" || type === "subscripted") && key === undefined)
      throw invalidManifest(`node ${id} (${name}) does not say which key it takes`);
    if (type === "attribute" || type === "subscripted" || type === "reconstruct") this.#single.set(id, 0);
  }

  #miscounted() {
    const { nodeCount, linkCount } = this.#announced;
    return invalidManifest(
      `${nodeCount} nodes and ${linkCount} links were announced, not ${this.#names.length} and ${this.#links.length}`,
    );
  }
}
