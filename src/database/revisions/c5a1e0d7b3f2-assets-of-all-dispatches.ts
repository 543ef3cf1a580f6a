import { BACKFILL } from "../migration/backfill.ts";
import { column, columns, primaryKey, type Revision, required } from "../migration/operations.ts";

/**
 * The first revision of our own. Each own revision leaves a row in `covalent_schema` (the engine writes it), so that a database
 * of a newer program can be told from one that nobody knows.
 *
 * Assets are addressed by content: our SHA-256 stands beside the client's digest, and small ones have their bytes in the row
 * (`content` is the last column, so that reading the others never touches its overflow pages). They are found by digest in blocks of
 * rows that were written one behind the other: digests are random, and in an index over all of them each value that is stored would
 * change a page of its own. And every file of every dispatch becomes an asset, with whatever else the original's revisions left empty.
 */
export const c5a1e0d7b3f2: Revision = {
  id: "c5a1e0d7b3f2",
  parent: "7e9fb153ecfb",
  message: "assets of all dispatches",
  own: true,
  upgrade: [
    {
      kind: "create-table",
      table: {
        name: "covalent_schema",
        columns: [
          required("revision", "TEXT"),
          required("program_version", "TEXT"),
          required("applied_at", "TEXT"),
        ],
        constraints: [primaryKey("revision")],
        strict: true,
      },
    },
    {
      kind: "alter-table",
      table: "assets",
      addColumns: [...columns("TEXT", "content_digest", "codec", "text"), column("content", "BLOB")],
    },
    // Before the rows come: an index that grows at its end costs less than one that is sorted.
    {
      kind: "create-index",
      table: "assets",
      index: {
        name: "assets_block_idx",
        columns: ["id", "content_digest"],
        expressions: ["id / 1024", "substr(content_digest, 1, 8)"],
        where: "content IS NOT NULL",
      },
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
    ...BACKFILL,
  ],
  downgrade: [
    { kind: "drop-index", table: "lattice_assets", index: "lattice_assets_asset_idx" },
    { kind: "drop-index", table: "electron_assets", index: "electron_assets_asset_idx" },
    { kind: "drop-index", table: "assets", index: "assets_block_idx" },
    {
      kind: "alter-table",
      table: "assets",
      dropColumns: ["content", "text", "codec", "content_digest"],
      // Whoever downgrades writes the bytes out as files first.
      discard: ["content"],
    },
    { kind: "drop-table", table: "covalent_schema" },
  ],
};
