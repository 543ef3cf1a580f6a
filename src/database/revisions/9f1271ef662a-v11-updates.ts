import type { Revision } from "../migration/operations.ts";

/**
 * Makes `lattices.electron_id` NOT NULL, which the next revision lifts again: a database can have stopped here. The value is
 * NULL for every dispatch that is not a sublattice, so hardly any real database can be at this revision.
 */
export const r9f1271ef662a: Revision = {
  id: "9f1271ef662a",
  parent: "9b9d58f02985",
  message: "v11+ updates",
  own: false,
  upgrade: [
    { kind: "alter-table", table: "lattices", alterColumns: [{ name: "electron_id", notNull: true }] },
  ],
  downgrade: [
    { kind: "alter-table", table: "lattices", alterColumns: [{ name: "electron_id", notNull: false }] },
  ],
};
