import type { Asset, ManifestHeader, ManifestNode } from "../../model/manifest.ts";
import type { ObjectName } from "../object-names.ts";

/** What a manifest refers to without bringing it along. */
export interface ReferencedAssets {
  /** By their digest: large payloads and bundles of our own clients. */
  readonly digests: readonly string[];
  /** By the name they will be put under: what the original's clients, whose digests are not ours, upload. */
  readonly names: readonly ObjectName[];
}

const OUR_DIGEST = /^[0-9a-f]{64}$/;

/** Collects the assets that a manifest refers to, part by part. */
export class AssetReferences {
  readonly #dispatchId: string;
  readonly #digests = new Set<string>();
  readonly #names: ObjectName[] = [];

  constructor(dispatchId: string) {
    this.#dispatchId = dispatchId;
  }

  addHeader(header: ManifestHeader): void {
    this.#addAssets(null, header.assets);
    this.#addAssets(null, header.lattice.assets);
    this.#addDigest(header.lattice.metadata.bundle);
    for (const bundle of header.bundles) this.#addDigest(bundle.digest);
  }

  addNodes(nodes: readonly ManifestNode[]): void {
    for (const node of nodes) {
      this.#addAssets(node.id, node.assets);
      this.#addDigest(node.metadata.bundle);
    }
  }

  all(): ReferencedAssets {
    return { digests: [...this.#digests], names: this.#names };
  }

  #addAssets(nodeId: number | null, assets: Readonly<Record<string, Asset | null | undefined>>): void {
    for (const [key, asset] of Object.entries(assets)) {
      if (!asset || asset.content !== undefined) continue;
      if (asset.digest && OUR_DIGEST.test(asset.digest)) this.#addDigest(asset.digest);
      else if (asset.size > 0) this.#names.push({ dispatchId: this.#dispatchId, nodeId, key });
    }
  }

  #addDigest(digest: string | null | undefined): void {
    if (digest) this.#digests.add(digest);
  }
}
