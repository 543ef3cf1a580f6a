import type { Kysely } from "kysely";
import type { PayloadRef } from "../../model/payload.ts";
import type { AssetLinkRow, AssetRow, Tables } from "../tables.ts";
import { prepare } from "./prepare.ts";
import { prepareRow } from "./prepare-row.ts";
import type { Statement } from "./unit.ts";

/** Whose asset it is. */
export type AssetOwner = "electron" | "lattice";

export interface AssetStatements {
  /** A new row of `assets`. */
  insert(asset: AssetRow): Statement;
  /** Names an asset that is there. For an owner that cannot have one of that key yet. */
  link(owner: AssetOwner, ownerRow: number, asset: number, key: string): Statement;
  /** Gives the key to an asset; one that had it before keeps its row and loses the name. */
  relink(owner: AssetOwner, ownerRow: number, asset: number, key: string): readonly Statement[];
  /** Names another asset wherever electrons have this one. */
  replace(asset: number, by: number): Statement;
  /** Takes the key away; the asset stays. */
  unlink(owner: AssetOwner, ownerRow: number, key: string): Statement;
  /** Gives the key to the asset that is an electron's output. */
  share(owner: AssetOwner, ownerRow: number, key: string, electron: number): readonly Statement[];
}

export function prepareAssetStatements(db: Kysely<Tables>): AssetStatements {
  const insert = prepareRow<AssetRow>(db, "assets", ASSET_COLUMNS);
  const links = {
    electron: prepareLinks(db, "electron_assets"),
    lattice: prepareLinks(db, "lattice_assets"),
  };
  const replace = prepare<{ asset: number; by: number }>((value) =>
    db
      .updateTable("electron_assets")
      .set({ asset_id: value("by") })
      .where("asset_id", "=", value("asset")),
  );
  return {
    // Its key is new, and it refers to nothing.
    insert: (asset) => ({ ...insert(asset), early: true }),
    link: (owner, ownerRow, asset, key) => links[owner].insert({ ownerRow, asset, key }),
    relink: (owner, ownerRow, asset, key) => [
      links[owner].remove({ ownerRow, key }),
      links[owner].insert({ ownerRow, asset, key }),
    ],
    replace: (asset, by) => replace({ asset, by }),
    unlink: (owner, ownerRow, key) => links[owner].remove({ ownerRow, key }),
    share: (owner, ownerRow, key, electron) => [
      links[owner].remove({ ownerRow, key }),
      links[owner].share({ ownerRow, key, electron }),
    ],
  };
}

/**
 * The row of a payload. One without bytes is in the asset store, or in the row of another asset with the same digest: whoever
 * reads it looks it up by digest.
 */
export function assetOfPayload(id: number, payload: PayloadRef): AssetRow {
  return {
    id,
    storage_type: payload.inline === undefined ? "store" : "inline",
    storage_path: "",
    object_key: "",
    digest_alg: null,
    digest: null,
    remote_uri: null,
    size: payload.size,
    content_digest: payload.digest,
    codec: payload.codec,
    text: payload.text ?? null,
    content: payload.inline ?? null,
  };
}

function prepareLinks(db: Kysely<Tables>, table: "electron_assets" | "lattice_assets") {
  const insert = prepareRow<Omit<AssetLinkRow, "id">>(db, table, ["meta_id", "asset_id", "key"]);
  return {
    insert: ({ ownerRow, asset, key }: { ownerRow: number; asset: number; key: string }) =>
      insert({ meta_id: ownerRow, asset_id: asset, key }),
    share: prepare<{ ownerRow: number; key: string; electron: number }>((value) =>
      db
        .insertInto(table)
        .columns(["meta_id", "asset_id", "key"])
        .expression((eb) =>
          eb
            .selectFrom("electron_assets as output")
            .select([value("ownerRow").as("meta_id"), "output.asset_id", value("key").as("key")])
            .where("output.meta_id", "=", value("electron"))
            .where("output.key", "=", "output"),
        ),
    ),
    remove: prepare<{ ownerRow: number; key: string }>((value) =>
      db.deleteFrom(table).where("meta_id", "=", value("ownerRow")).where("key", "=", value("key")),
    ),
  };
}

const ASSET_COLUMNS = [
  "id",
  "storage_type",
  "storage_path",
  "object_key",
  "digest_alg",
  "digest",
  "remote_uri",
  "size",
  "content_digest",
  "codec",
  "text",
  "content",
] as const satisfies readonly (keyof AssetRow)[];
