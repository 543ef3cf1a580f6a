import { createHash, hash } from "node:crypto";
import { decidingOptions } from "../../graph/deciding-options.ts";
import type { ReuseEdge } from "../../graph/labelled-parents.ts";
import type { ReuseNode } from "../../graph/reuse-graph.ts";
import type { Asset, ManifestHeader, ManifestLink, ManifestNode } from "../../model/manifest.ts";
import { nodeTypeOfName } from "../../model/node.ts";

type Language = ManifestHeader["lattice"]["metadata"]["language"];

/**
 * What a graph computes, as one digest: its nodes with their code, inputs and the options that can change a result, and its edges.
 * Two graphs have the same one when running the one is as good as running the other; what is said of a run (comments in the code,
 * retries, executors) is not part of it. It grows slice by slice, and does not depend on where these were cut.
 */
export class ManifestFingerprint {
  readonly #hash = createHash("sha256");
  readonly #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  addManifest(nodes: readonly ManifestNode[]): void {
    for (const { metadata, assets } of nodes) {
      const {
        name,
        type = nodeTypeOfName(name),
        code_digest: code = null,
        key = null,
        options = {},
      } = metadata;
      this.#addNode({
        name,
        type,
        code,
        value: digestOf(assets.value),
        key,
        options: decidingOptions(options),
      });
    }
  }

  addManifestLinks(links: readonly ManifestLink[]): void {
    for (const { source, target, metadata } of links) {
      const { edge_name: name, param_type: parameter = null, arg_index: index = null } = metadata;
      this.#addEdge({ source, target, name, parameter, index });
    }
  }

  /** The same of a graph that is stored. */
  addStored({
    nodes,
    edges,
  }: {
    readonly nodes: readonly ReuseNode[];
    readonly edges: readonly ReuseEdge[];
  }): void {
    for (const node of nodes) this.#addNode(node);
    for (const edge of edges) this.#addEdge(edge);
  }

  /** To be asked once, at the end. */
  digest(): string {
    return this.#hash.digest("hex");
  }

  #addNode({ name, type, code, value, key, options }: ReuseNode): void {
    // What the original's clients say of a function is in pickles, and the type of a node in its name.
    const ours = this.#language === "typescript" ? [type, code, options] : [];
    this.#add(["node", name, value, key, ...ours]);
  }

  #addEdge({ source, target, name, parameter, index }: ReuseEdge): void {
    this.#add(["edge", source, target, name, parameter, index]);
  }

  #add(item: readonly unknown[]): void {
    this.#hash.update(JSON.stringify(item)).update("\n");
  }
}

function digestOf(asset: Asset | null | undefined): string | null {
  if (asset == null) return null;
  return asset.digest ?? (asset.content === undefined ? null : hash("sha256", asset.content));
}
