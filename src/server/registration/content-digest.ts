import { hash } from "node:crypto";
import { CovalentError } from "../../model/errors.ts";
import type { Asset, ManifestNode } from "../../model/manifest.ts";

type Assets = Readonly<Record<string, Asset | null | undefined>>;

/** A digest of ours; the original's clients send SHA-1. */
export const OUR_DIGEST = /^[0-9a-f]{64}$/;

/**
 * A manifest's assets with their content verified: bytes that travel inside the manifest get the digest and size they have.
 *
 * @throws {CovalentError} `ASSET_CORRUPT` when the content is not what its digest says.
 */
export function verifiedAssets<T extends Assets>(assets: T, owner: string): T {
  if (!Object.values(assets).some((asset) => asset?.content !== undefined)) return assets;
  const entries = Object.entries(assets).map(([key, asset]) => [
    key,
    asset && verified(asset, `${key} of ${owner}`),
  ]);
  return Object.fromEntries(entries) as T;
}

export function verifiedNode(node: ManifestNode): ManifestNode {
  const assets = verifiedAssets(node.assets, `node ${node.id}`);
  return assets === node.assets ? node : { ...node, assets };
}

function verified(asset: Asset, what: string): Asset {
  if (asset.content === undefined) return asset;
  const digest = hash("sha256", asset.content, "hex");
  if (asset.digest && OUR_DIGEST.test(asset.digest) && asset.digest !== digest) {
    throw new CovalentError("ASSET_CORRUPT", { what, expected: asset.digest, actual: digest });
  }
  return { ...asset, digest, size: Buffer.byteLength(asset.content) };
}
