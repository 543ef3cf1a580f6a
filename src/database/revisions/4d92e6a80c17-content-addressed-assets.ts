import { column, columns, type Revision } from "../migration/operations.ts";

/**
 * Assets are addressed by content: our SHA-256 stands beside the client's digest, and small ones have their bytes in the row.
 * `content` is the last column, so that reading the others never touches its overflow pages.
 */
export const r4d92e6a80c17: Revision = {
  id: "4d92e6a80c17",
  parent: "c5a1e0d7b3f2",
  message: "content-addressed assets",
  own: true,
  upgrade: [
    {
      kind: "alter-table",
      table: "assets",
      addColumns: [...columns("TEXT", "content_digest", "codec", "text"), column("content", "BLOB")],
    },
    {
      kind: "create-index",
      table: "assets",
      index: { name: "assets_content_idx", columns: ["content_digest"], where: "content IS NOT NULL" },
    },
    {
      kind: "create-index",
      table: "electron_assets",
      index: { name: "electron_assets_asset_idx", columns: ["asset_id"] },
    },
    {
      kind: "create-index",
      table: "lattice_assets",
      index: { name: "lattice_assets_asset_idx", columns: ["asset_id"] },
    },
  ],
  downgrade: [
    { kind: "drop-index", table: "lattice_assets", index: "lattice_assets_asset_idx" },
    { kind: "drop-index", table: "electron_assets", index: "electron_assets_asset_idx" },
    { kind: "drop-index", table: "assets", index: "assets_content_idx" },
    { kind: "alter-table", table: "assets", dropColumns: ["content", "text", "codec", "content_digest"] },
  ],
};
