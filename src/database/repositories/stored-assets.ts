import type { Kysely, Selectable } from "kysely";
import { CovalentError } from "../../model/errors.ts";
import type { AssetRow, Tables } from "../tables.ts";
import { type AssetOwner, assetOfPayload, prepareAssetStatements } from "../writer/asset-statements.ts";
import type { Ids } from "../writer/ids.ts";
import { prepare } from "../writer/prepare.ts";
import type { Writer } from "../writer/writer.ts";
import type { AssetGuard } from "./asset-collection.ts";
import type { AssetRecord, AssetRepository } from "./asset-repository.ts";
import { contentOf, storedDigests } from "./content.ts";
import { toCodec, toSize } from "./node-columns.ts";
import { toText, toTextOrNull } from "./old-values.ts";
import { pendingAssets } from "./pending-assets.ts";

export interface AssetRepositoryOptions {
  /** For reading. */
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
  readonly ids: Ids;
  /** Told of what clients are told. */
  readonly guard: AssetGuard;
}

export function createAssetRepository({ db, writer, ids, guard }: AssetRepositoryOptions): AssetRepository {
  const statements = prepareAssetStatements(db);
  const measure = prepareMeasure(db);
  const content = async (digest: string) => (await contentOf(db, [digest])).get(digest);
  return {
    content,
    contents: (digests) => contentOf(db, digests),
    known: async (digests) => guard.tell(await storedDigests(db, digests)),
    pending: (dispatchId) => pendingAssets(db, dispatchId),
    async find(dispatchId, nodeId, key) {
      const place = await findOwner(db, dispatchId, nodeId);
      const row = place.row === undefined ? undefined : await assetRow(db, place.owner, place.row, key);
      if (row === undefined) return undefined;
      // The bytes may stand in the row of another asset with the same digest.
      const inline =
        row.content ?? (row.content_digest === null ? undefined : await content(row.content_digest));
      return toRecord(row, inline);
    },
    async measured(dispatchId, nodeId, key, { size, sha1 }) {
      const { owner, row } = await findOwner(db, dispatchId, nodeId);
      const asset = row === undefined ? undefined : await assetRow(db, owner, row, key);
      if (asset === undefined) return;
      await writer.write({ statements: [measure({ id: asset.id, size, sha1 })], events: [] });
    },
    async assign(dispatchId, nodeId, key, { payload, clientDigest, clientDigestAlg }) {
      const { owner, row } = await findOwner(db, dispatchId, nodeId);
      if (row === undefined) throw notFound(dispatchId, nodeId);
      const asset = {
        ...assetOfPayload(ids.reserve("assets", 1), payload),
        ...(clientDigest === undefined ? {} : { digest: clientDigest, digest_alg: clientDigestAlg ?? null }),
      };
      const before = owner === "electron" ? await assetRow(db, owner, row, key) : undefined;
      // The same bytes were promised under other names, too. If the process dies before this is written, none of them has come.
      const others =
        before !== undefined && isPromised(before, asset) ? [statements.replace(before.id, asset.id)] : [];
      await writer.write({
        statements: [statements.insert(asset), ...others, ...statements.relink(owner, row, asset.id, key)],
        events: [],
      });
    },
  };
}

/** Whether these are the bytes that a manifest promised: what its digest says has been verified. */
function isPromised(before: Selectable<AssetRow>, { digest, size }: AssetRow): boolean {
  return (
    before.storage_type === "pending" && digest !== null && before.digest === digest && before.size === size
  );
}

function prepareMeasure(db: Kysely<Tables>) {
  return prepare<{ id: number; size: number; sha1: string }>((value) =>
    db
      .updateTable("assets")
      .set({ size: value("size"), digest: value("sha1"), digest_alg: "sha1" })
      .where("id", "=", value("id"))
      // A value that is there is never changed.
      .where("size", "is", null)
      .where("digest", "is", null)
      .where("storage_type", "in", ["file", "local"]),
  );
}

interface Owner {
  readonly owner: AssetOwner;
  /** Absent when there is no such dispatch or node. */
  readonly row: number | undefined;
}

async function findOwner(db: Kysely<Tables>, dispatchId: string, nodeId: number | null): Promise<Owner> {
  const lattice = db.selectFrom("lattices").select("id").where("dispatch_id", "=", dispatchId);
  if (nodeId === null) return { owner: "lattice", row: (await lattice.executeTakeFirst())?.id };
  const electron = await db
    .selectFrom("electrons")
    .select("id")
    .where("parent_lattice_id", "=", lattice)
    .where("transport_graph_node_id", "=", nodeId)
    .executeTakeFirst();
  return { owner: "electron", row: electron?.id };
}

function assetRow(db: Kysely<Tables>, owner: AssetOwner, row: number, key: string) {
  const links = owner === "electron" ? "electron_assets" : "lattice_assets";
  return db
    .selectFrom(`${links} as link`)
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .selectAll("asset")
    .where("link.meta_id", "=", row)
    .where("link.key", "=", key)
    .orderBy("link.id", "desc")
    .limit(1)
    .executeTakeFirst();
}

function toRecord(row: Selectable<AssetRow>, inline: Uint8Array | undefined): AssetRecord {
  return {
    codec: toCodec(row.codec),
    digest: row.content_digest,
    size: toSize(row.size),
    text: row.text,
    ...(inline === undefined ? {} : { inline }),
    clientDigest: toTextOrNull(row.digest ?? row.content_digest),
    clientDigestAlg:
      row.digest === null && row.content_digest !== null ? "sha256" : toTextOrNull(row.digest_alg),
    uri: toTextOrNull(row.remote_uri),
    storageType: toText(row.storage_type),
    storagePath: toText(row.storage_path),
    objectKey: toText(row.object_key),
  };
}

function notFound(dispatchId: string, nodeId: number | null): CovalentError {
  return nodeId === null
    ? new CovalentError("DISPATCH_NOT_FOUND", { dispatchId })
    : new CovalentError("NODE_NOT_FOUND", { dispatchId, nodeId });
}
