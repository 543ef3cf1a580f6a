import { column, columns, primaryKey, type Revision, references, required } from "../migration/operations.ts";

/**
 * What people may ask of a run while it is under way (cancel, pause, priority, deadline, one start per key), when a node is
 * tried again, what code a node ran, and results that later dispatches may reuse. Times are milliseconds since the epoch.
 */
export const d3b90e47a2c6: Revision = {
  id: "d3b90e47a2c6",
  parent: "2be7f05a9c61",
  message: "control and cache",
  own: true,
  upgrade: [
    {
      kind: "alter-table",
      table: "lattices",
      addColumns: [
        ...columns("INTEGER", "cancel_requested", "paused", "priority", "deadline_ms"),
        ...columns("TEXT", "idempotency_key", "redispatch_of"),
      ],
    },
    {
      kind: "create-index",
      table: "lattices",
      index: {
        name: "lattices_idempotency_idx",
        columns: ["idempotency_key"],
        where: "idempotency_key IS NOT NULL",
      },
    },
    {
      kind: "create-index",
      table: "lattices",
      index: { name: "lattices_parent_idx", columns: ["electron_id"], where: "electron_id IS NOT NULL" },
    },
    {
      kind: "alter-table",
      table: "electrons",
      addColumns: [
        ...columns("INTEGER", "retry_at", "retry_delay_ms"),
        // JSON: how the cache was asked for this node, and what it answered.
        ...columns("TEXT", "code_digest", "cache"),
      ],
    },
    {
      kind: "create-table",
      table: {
        name: "cache_entries",
        columns: [
          required("key", "TEXT"),
          // The electron's name, for people.
          required("name", "TEXT"),
          required("code_digest", "TEXT"),
          required("inputs_digest", "TEXT"),
          required("version", "TEXT"),
          required("asset_id", "INTEGER"),
          required("dispatch_id", "TEXT"),
          required("node_id", "INTEGER"),
          required("created_at", "INTEGER"),
          // NULL: never.
          column("expires_at", "INTEGER"),
        ],
        constraints: [primaryKey("key"), references("asset_id", "assets")],
        strict: true,
      },
    },
    {
      kind: "create-index",
      table: "cache_entries",
      index: { name: "cache_entries_name_idx", columns: ["name"] },
    },
    {
      kind: "create-index",
      table: "cache_entries",
      index: { name: "cache_entries_asset_idx", columns: ["asset_id"] },
    },
  ],
  downgrade: [
    { kind: "drop-table", table: "cache_entries" },
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["cache", "code_digest", "retry_delay_ms", "retry_at"],
    },
    { kind: "drop-index", table: "lattices", index: "lattices_parent_idx" },
    { kind: "drop-index", table: "lattices", index: "lattices_idempotency_idx" },
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: [
        "redispatch_of",
        "idempotency_key",
        "deadline_ms",
        "priority",
        "paused",
        "cancel_requested",
      ],
    },
  ],
};
