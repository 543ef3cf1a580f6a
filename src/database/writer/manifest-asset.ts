import { hash } from "node:crypto";
import { CovalentError } from "../../model/errors.ts";
import type { Asset } from "../../model/manifest.ts";
import type { AssetRow } from "../tables.ts";

const SHA256 = /^[0-9a-f]{64}$/;

/** True for an asset that says nothing: the client has no such thing, and there is nothing to store. */
export function isEmptyAsset(asset: Asset): boolean {
  return asset.digest == null && asset.uri == null && asset.content === undefined && asset.size === 0;
}

/**
 * The row of an asset of a manifest. `what` names it in errors.
 *
 * @throws {CovalentError} `ASSET_CORRUPT` when it brings content that does not have the digest it claims: stored, it would be
 * handed to others who ask for that digest.
 */
export function assetOfManifest(id: number, asset: Asset, what: string): AssetRow {
  const content = asset.content === undefined ? null : Buffer.from(asset.content);
  const claimed = claimedDigest(asset);
  const digest = content === null ? claimed : hash("sha256", content);
  if (content !== null && claimed !== null && claimed !== digest) {
    throw new CovalentError("ASSET_CORRUPT", { what, expected: claimed, actual: digest });
  }
  // The digest of what is here need not be said twice.
  const isOurs = content !== null && claimed !== null;
  return {
    id,
    storage_type: content === null ? (digest === null ? "pending" : "store") : "inline",
    storage_path: "",
    object_key: "",
    digest_alg: isOurs ? null : (asset.digest_alg ?? null),
    digest: isOurs ? null : (asset.digest ?? null),
    remote_uri: asset.uri ?? null,
    size: content?.length ?? asset.size,
    content_digest: digest,
    codec: asset.codec ?? null,
    text: asset.text ?? null,
    content,
  };
}

/** The client's digest where it is one of ours; the original's SDK uses SHA-1. */
function claimedDigest({ digest, digest_alg }: Asset): string | null {
  const isSha256 = digest_alg == null || /^sha-?256$/i.test(digest_alg);
  return isSha256 && digest != null && SHA256.test(digest) ? digest : null;
}
