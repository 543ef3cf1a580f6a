import { column, columns, type Revision } from "../migration/operations.ts";

/** Docstrings, imports and hooks of lattices, and which dispatch a sublattice belongs to. */
export const r26d71848a404: Revision = {
  id: "26d71848a404",
  parent: "9f1271ef662a",
  message: "v12",
  own: false,
  upgrade: [
    {
      kind: "alter-table",
      table: "lattices",
      alterColumns: [{ name: "electron_id", notNull: false }],
      addColumns: [
        ...columns(
          "TEXT",
          "docstring_filename",
          "deps_filename",
          "call_before_filename",
          "call_after_filename",
        ),
        ...columns("TEXT", "cova_imports_filename", "lattice_imports_filename", "results_dir"),
        column("root_dispatch_id", "VARCHAR(64)"),
      ],
    },
  ],
  downgrade: [
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: [
        "docstring_filename",
        "deps_filename",
        "call_before_filename",
        "call_after_filename",
        "cova_imports_filename",
        "lattice_imports_filename",
        "results_dir",
        "root_dispatch_id",
      ],
      alterColumns: [{ name: "electron_id", notNull: true }],
    },
  ],
};
