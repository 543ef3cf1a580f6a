import { column, columns, primaryKey, type Revision, references, required } from "../migration/operations.ts";

/**
 * What a dispatch of ours has that the original's do not: the bundles with its code, where it came from, and how far its
 * registration is. `language` is NULL exactly for what the original wrote.
 */
export const r8f36b1c94e5d: Revision = {
  id: "8f36b1c94e5d",
  parent: "c5a1e0d7b3f2",
  message: "dispatches of our own",
  own: true,
  upgrade: [
    {
      kind: "alter-table",
      table: "lattices",
      addColumns: [
        ...columns("TEXT", "language", "bundle", "lattice", "workdir", "project_root", "tags", "reason"),
        // The ids of a dispatch's electrons and edges are consecutive, so a page of either is a range of keys.
        ...columns("INTEGER", "first_electron_id", "first_link_id"),
        // 1 while nodes and links still come in: nobody sees the dispatch until then.
        column("registering", "INTEGER"),
      ],
    },
    {
      kind: "create-index",
      table: "lattices",
      index: { name: "lattices_registering_idx", columns: ["id"], where: "registering = 1" },
    },
    {
      kind: "create-index",
      table: "lattices",
      index: { name: "lattices_created_idx", columns: ["created_at", "id"] },
    },
    {
      kind: "alter-table",
      table: "electrons",
      addColumns: columns("TEXT", "electron", "bundle", "options", "key", "reason"),
    },
    { kind: "create-index", table: "electrons", index: { name: "electrons_job_idx", columns: ["job_id"] } },
    {
      kind: "create-table",
      table: {
        name: "bundles",
        columns: [
          required("lattice_id", "INTEGER"),
          required("digest", "TEXT"),
          required("size", "INTEGER"),
          required("externals", "TEXT"),
        ],
        constraints: [primaryKey("lattice_id", "digest"), references("lattice_id", "lattices")],
        strict: true,
      },
    },
  ],
  downgrade: [
    { kind: "drop-table", table: "bundles" },
    { kind: "drop-index", table: "electrons", index: "electrons_job_idx" },
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["electron", "bundle", "options", "key", "reason"],
    },
    { kind: "drop-index", table: "lattices", index: "lattices_created_idx" },
    { kind: "drop-index", table: "lattices", index: "lattices_registering_idx" },
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: [
        "registering",
        "first_link_id",
        "first_electron_id",
        "reason",
        "tags",
        "project_root",
        "workdir",
        "lattice",
        "bundle",
        "language",
      ],
    },
  ],
};
