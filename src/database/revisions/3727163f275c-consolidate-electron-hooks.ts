import { assetsToFiles, filesToAssets } from "../migration/file-assets.ts";
import { columns, type Revision, references } from "../migration/operations.ts";

/** One hooks file in place of three. */
export const r3727163f275c: Revision = {
  id: "3727163f275c",
  parent: "1142d81b29b8",
  message: "Consolidate electron hooks",
  own: false,
  upgrade: [
    {
      kind: "alter-table",
      table: "electron_dependency",
      dropConstraints: ["parent_electron_link"],
      addConstraints: [references("electron_id", "electrons", "child_electron_link")],
    },
    filesToAssets("electrons", "deps", "call_before", "call_after"),
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["deps_filename", "call_before_filename", "call_after_filename"],
      moved: ["deps_filename", "call_before_filename", "call_after_filename"],
      addColumns: columns("TEXT", "hooks_filename"),
    },
    filesToAssets("lattices", "deps", "call_before", "call_after"),
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: ["deps_filename", "call_before_filename", "call_after_filename"],
      moved: ["deps_filename", "call_before_filename", "call_after_filename"],
      addColumns: columns("TEXT", "hooks_filename"),
    },
  ],
  downgrade: [
    assetsToFiles("lattices", "deps", "call_before", "call_after"),
    assetsToFiles("electrons", "deps", "call_before", "call_after"),
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: ["hooks_filename"],
      addColumns: columns("TEXT", "deps_filename", "call_before_filename", "call_after_filename"),
    },
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["hooks_filename"],
      addColumns: columns("TEXT", "deps_filename", "call_before_filename", "call_after_filename"),
    },
    {
      kind: "alter-table",
      table: "electron_dependency",
      dropConstraints: ["child_electron_link"],
      addConstraints: [references("parent_electron_id", "electrons", "parent_electron_link")],
    },
  ],
};
