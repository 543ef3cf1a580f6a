import { column, primaryKey, type Revision, references, required } from "../migration/operations.ts";

/** Attempts outlive the server, and every change of status is an event with a number. Times are milliseconds since the epoch. */
export const r2be7f05a9c61: Revision = {
  id: "2be7f05a9c61",
  parent: "8f36b1c94e5d",
  message: "attempts and events",
  own: true,
  upgrade: [
    {
      kind: "create-table",
      table: {
        name: "attempts",
        columns: [
          required("id", "INTEGER"),
          required("electron_id", "INTEGER"),
          required("number", "INTEGER"),
          required("token", "TEXT"),
          required("executor", "TEXT"),
          required("handle", "TEXT"),
          required("placed_at", "INTEGER"),
          column("started_at", "INTEGER"),
          column("ended_at", "INTEGER"),
          // NULL while it is under way.
          column("status", "TEXT"),
          column("failure", "TEXT"),
        ],
        constraints: [
          primaryKey("id"),
          { kind: "unique", name: "u_token", columns: ["token"] },
          references("electron_id", "electrons"),
        ],
        strict: true,
      },
    },
    {
      kind: "create-index",
      table: "attempts",
      index: { name: "attempts_electron_idx", columns: ["electron_id"] },
    },
    {
      kind: "create-table",
      table: {
        name: "events",
        columns: [
          { name: "sequence", type: "INTEGER", identity: true },
          required("at", "INTEGER"),
          required("dispatch_id", "TEXT"),
          column("node_id", "INTEGER"),
          required("status", "TEXT"),
          column("reason", "TEXT"),
        ],
        constraints: [],
        strict: true,
      },
    },
  ],
  downgrade: [
    { kind: "drop-table", table: "events" },
    { kind: "drop-table", table: "attempts" },
  ],
};
