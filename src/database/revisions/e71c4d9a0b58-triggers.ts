import { column, primaryKey, type Revision, required } from "../migration/operations.ts";

/** What starts dispatches whenever something happens, and how far each is. Times are milliseconds since the epoch. */
export const e71c4d9a0b58: Revision = {
  id: "e71c4d9a0b58",
  parent: "d3b90e47a2c6",
  message: "triggers",
  own: true,
  upgrade: [
    {
      kind: "create-table",
      table: {
        name: "triggers",
        columns: [
          required("id", "TEXT"),
          required("dispatch_id", "TEXT"),
          // JSON: what it waits for.
          required("definition", "TEXT"),
          required("created_at", "INTEGER"),
          // NULL while it is observed.
          column("stopped_at", "INTEGER"),
          column("due_at", "INTEGER"),
          // Since it fired last.
          required("events", "INTEGER", "0"),
          required("fired", "INTEGER", "0"),
          column("fired_at", "INTEGER"),
          column("last_dispatch_id", "TEXT"),
          column("problem", "TEXT"),
        ],
        constraints: [primaryKey("id")],
        strict: true,
      },
    },
    {
      kind: "create-index",
      table: "triggers",
      index: { name: "triggers_dispatch_idx", columns: ["dispatch_id"] },
    },
  ],
  downgrade: [{ kind: "drop-table", table: "triggers" }],
};
