import type { Revision } from "../migration/operations.ts";

/** An electron's `info` file becomes its `error` file. */
export const r97202f5f47cb: Revision = {
  id: "97202f5f47cb",
  parent: "26d71848a404",
  message: "v13",
  own: false,
  upgrade: [
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["info_filename"],
      // It lives on under the new name.
      moved: ["info_filename"],
      addColumns: [{ name: "error_filename", type: "TEXT", fill: "info_filename" }],
    },
  ],
  downgrade: [
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["error_filename"],
      moved: ["error_filename"],
      addColumns: [{ name: "info_filename", type: "TEXT", fill: "error_filename" }],
    },
  ],
};
