import type { Asset, ManifestHeader, ManifestNode } from "../../model/manifest.ts";

const OUR_DIGEST = /^[0-9a-f]{64}$/;

/**
 * Collects, part by part, the digests that a manifest refers to without bringing the bytes along: large payloads and bundles of
 * our own clients. (What the original's clients upload is known by its name, and the database knows which of those lack bytes.)
 */
export class AssetReferences {
  readonly #digests = new Set<string>();

  addHeader(header: ManifestHeader): void {
    this.#addAssets(header.assets);
    this.#addAssets(header.lattice.assets);
    this.#addDigest(header.lattice.metadata.bundle);
    for (const bundle of header.bundles) this.#addDigest(bundle.digest);
  }

  addNodes(nodes: readonly ManifestNode[]): void {
    for (const node of nodes) {
      this.#addAssets(node.assets);
      this.#addDigest(node.metadata.bundle);
    }
  }

  all(): readonly string[] {
    return [...this.#digests];
  }

  #addAssets(assets: Readonly<Record<string, Asset | null | undefined>>): void {
    for (const asset of Object.values(assets)) {
      if (asset?.digest && asset.content === undefined && isOurs(asset.digest, asset.digest_alg))
        this.#addDigest(asset.digest);
    }
  }

  #addDigest(digest: string | null | undefined): void {
    if (digest) this.#digests.add(digest);
  }
}

/** The original's SDK uses SHA-1 and says so. */
function isOurs(digest: string, algorithm: string | null | undefined): boolean {
  return OUR_DIGEST.test(digest) && (algorithm == null || /^sha-?256$/i.test(algorithm));
}
