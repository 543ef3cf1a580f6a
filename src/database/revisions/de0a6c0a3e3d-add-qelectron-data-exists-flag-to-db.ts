import { type Revision, references, required } from "../migration/operations.ts";

/** Whether an electron left quantum data. */
export const de0a6c0a3e3d: Revision = {
  id: "de0a6c0a3e3d",
  parent: "f64ecaa040d5",
  message: "add qelectron_data_exists flag to db",
  own: false,
  upgrade: [
    // Release 0.220.0 made this key on the wrong column; everywhere else nothing has to be done.
    {
      kind: "alter-table",
      table: "electron_dependency",
      dropConstraints: ["electron_link"],
      addConstraints: [references("parent_electron_id", "electrons", "electron_link")],
    },
    {
      kind: "alter-table",
      table: "electrons",
      addColumns: [required("qelectron_data_exists", "BOOLEAN", "0")],
    },
  ],
  downgrade: [
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["qelectron_data_exists"],
      derivable: { qelectron_data_exists: "0" },
    },
  ],
};
