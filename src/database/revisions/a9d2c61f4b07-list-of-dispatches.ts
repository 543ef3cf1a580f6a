import type { Revision } from "../migration/operations.ts";

/**
 * The dispatches that lists have, in their order and by status: deleted and unfinished ones are left out, and those of sublattices
 * are told by what the index itself holds.
 */
export const a9d2c61f4b07: Revision = {
  id: "a9d2c61f4b07",
  parent: "e71c4d9a0b58",
  message: "list of dispatches",
  own: true,
  upgrade: [
    {
      kind: "create-index",
      table: "lattices",
      index: {
        name: "lattices_listed_idx",
        columns: ["created_at", "id", "electron_id"],
        where: "is_active = 1 AND registering IS NULL",
      },
    },
    {
      kind: "create-index",
      table: "lattices",
      index: {
        name: "lattices_listed_status_idx",
        columns: ["status", "created_at", "id", "electron_id"],
        where: "is_active = 1 AND registering IS NULL",
      },
    },
  ],
  downgrade: [
    { kind: "drop-index", table: "lattices", index: "lattices_listed_status_idx" },
    { kind: "drop-index", table: "lattices", index: "lattices_listed_idx" },
  ],
};
