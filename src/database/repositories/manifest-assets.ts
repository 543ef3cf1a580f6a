import type { Kysely, Selectable } from "kysely";
import type { Asset } from "../../model/manifest.ts";
import type { AssetRow, Tables } from "../tables.ts";
import { toCodec, toSize } from "./node-columns.ts";
import { toText, toTextOrNull } from "./old-values.ts";

/** The assets of electrons or lattices, by owner and key, as manifests have them. */
export type AssetsByOwner = ReadonlyMap<number, Readonly<Record<string, Asset>>>;

/**
 * Reads the assets of several owners in one query. Bytes are read only when asked for, and given only where they are text.
 */
export async function readManifestAssets(
  db: Kysely<Tables>,
  links: "electron_assets" | "lattice_assets",
  owners: readonly number[],
  withContent = false,
): Promise<AssetsByOwner> {
  const found = new Map<number, Record<string, Asset>>();
  if (owners.length === 0) return found;
  const rows = await db
    .selectFrom(`${links} as link`)
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .select([
      "link.meta_id",
      "link.key",
      "asset.digest_alg",
      "asset.digest",
      "asset.remote_uri",
      "asset.size",
    ])
    .select(["asset.codec", "asset.text", "asset.content_digest"])
    .$if(withContent, (query) => query.select("asset.content"))
    .where("link.meta_id", "in", owners)
    // Logs of single attempts (`stdout:1`) are told with these: the original knows one for each node.
    .where("link.key", "not like", "%:%")
    .orderBy("link.id")
    .execute();
  for (const { meta_id, key, ...asset } of rows) {
    const assets = found.get(meta_id) ?? {};
    assets[toText(key)] = toAsset(asset);
    found.set(meta_id, assets);
  }
  return found;
}

type ManifestAssetRow = Pick<
  Selectable<AssetRow>,
  "digest_alg" | "digest" | "remote_uri" | "size" | "codec" | "text" | "content_digest"
> & { readonly content?: Uint8Array | null };

function toAsset(row: ManifestAssetRow): Asset {
  const content = textOf(row.content ?? null);
  return {
    // What was uploaded without a digest of the client's has ours.
    digest_alg: row.digest === null && row.content_digest !== null ? "sha256" : toTextOrNull(row.digest_alg),
    digest: toTextOrNull(row.digest ?? row.content_digest),
    size: toSize(row.size) ?? 0,
    ...(row.remote_uri === null ? {} : { uri: toText(row.remote_uri) }),
    ...(row.codec === null ? {} : { codec: toCodec(row.codec) }),
    ...(row.text === null ? {} : { text: row.text }),
    ...(content === undefined ? {} : { content }),
  };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as text, if they are text. */
function textOf(content: Uint8Array | null): string | undefined {
  if (content === null) return undefined;
  try {
    return UTF8.decode(content);
  } catch {
    return undefined;
  }
}
