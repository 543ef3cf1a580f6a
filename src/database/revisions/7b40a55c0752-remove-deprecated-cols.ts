import { assetsToFiles, filesToAssets } from "../migration/file-assets.ts";
import { columns, type Revision, required } from "../migration/operations.ts";

/** Columns that nothing read any more. */
export const r7b40a55c0752: Revision = {
  id: "7b40a55c0752",
  parent: "3727163f275c",
  message: "Remove deprecated cols",
  own: false,
  upgrade: [
    filesToAssets("lattices", "named_args", "named_kwargs", "cova_imports", "lattice_imports"),
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: [
        "named_args_filename",
        "named_kwargs_filename",
        "cova_imports_filename",
        "lattice_imports_filename",
      ],
      moved: [
        "named_args_filename",
        "named_kwargs_filename",
        "cova_imports_filename",
        "lattice_imports_filename",
      ],
    },
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["qelectron_data_exists"],
      derivable: { qelectron_data_exists: "0" },
    },
  ],
  downgrade: [
    assetsToFiles("lattices", "named_args", "named_kwargs", "cova_imports", "lattice_imports"),
    {
      kind: "alter-table",
      table: "electrons",
      addColumns: [required("qelectron_data_exists", "BOOLEAN", "0")],
    },
    {
      kind: "alter-table",
      table: "lattices",
      addColumns: columns(
        "TEXT",
        "named_args_filename",
        "named_kwargs_filename",
        "cova_imports_filename",
        "lattice_imports_filename",
      ),
    },
  ],
};
