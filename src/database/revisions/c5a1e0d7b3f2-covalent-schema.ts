import { primaryKey, type Revision, required } from "../migration/operations.ts";

/**
 * The first revision of our own. Each own revision leaves a row in `covalent_schema` (the engine writes it), so that a database
 * of a newer program can be told from one that nobody knows.
 */
export const c5a1e0d7b3f2: Revision = {
  id: "c5a1e0d7b3f2",
  parent: "7e9fb153ecfb",
  message: "covalent_schema",
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
  ],
  downgrade: [{ kind: "drop-table", table: "covalent_schema" }],
};
