import type { Asset, ManifestHeader, ManifestNode } from "../../model/manifest.ts";
import { OUR_DIGEST } from "./content-digest.ts";

/** Collects the digests of what a manifest refers to without bringing it along: large payloads and bundles. */
export class ReferencedDigests {
  readonly #digests = new Set<string>();

  addHeader(header: ManifestHeader): void {
    this.#addAssets(header.assets);
    this.#addAssets(header.lattice.assets);
    this.#add(header.lattice.metadata.bundle);
    for (const bundle of header.bundles) this.#add(bundle.digest);
  }

  addNodes(nodes: readonly ManifestNode[]): void {
    for (const node of nodes) {
      this.#addAssets(node.assets);
      this.#add(node.metadata.bundle);
    }
  }

  list(): string[] {
    return [...this.#digests];
  }

  #addAssets(assets: Readonly<Record<string, Asset | null | undefined>>): void {
    for (const asset of Object.values(assets)) {
      if (asset && asset.content === undefined) this.#add(asset.digest);
    }
  }

  #add(digest: string | null | undefined): void {
    if (digest && OUR_DIGEST.test(digest)) this.#digests.add(digest);
  }
}
