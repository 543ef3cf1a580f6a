import { type Revision, required } from "../migration/operations.ts";

/** Whether an electron left quantum data. */
export const de0a6c0a3e3d: Revision = {
  id: "de0a6c0a3e3d",
  parent: "f64ecaa040d5",
  message: "add qelectron_data_exists flag to db",
  own: false,
  upgrade: [
    {
      kind: "alter-table",
      table: "electrons",
      addColumns: [required("qelectron_data_exists", "BOOLEAN", "0")],
    },
  ],
  downgrade: [{ kind: "alter-table", table: "electrons", dropColumns: ["qelectron_data_exists"] }],
};
