import { primaryKey, type Revision, references, required } from "../migration/operations.ts";

/** A job for each electron: what an executor was asked to do. */
export const f64ecaa040d5: Revision = {
  id: "f64ecaa040d5",
  parent: "97202f5f47cb",
  message: "Add jobs db table",
  own: false,
  upgrade: [
    {
      kind: "create-table",
      table: {
        name: "jobs",
        columns: [
          required("id", "INTEGER"),
          required("cancel_requested", "BOOLEAN"),
          required("cancel_successful", "BOOLEAN"),
          required("job_handle", "TEXT"),
        ],
        constraints: [primaryKey("id")],
      },
    },
    // Electrons that are there need a job before `job_id` can be NOT NULL. At this revision each is a group of its own.
    {
      kind: "sql",
      sql: "INSERT INTO jobs (id, cancel_requested, cancel_successful, job_handle) SELECT id, 0, 0, 'null' FROM electrons",
    },
    {
      kind: "alter-table",
      table: "electron_dependency",
      addConstraints: [references("parent_electron_id", "electrons", "electron_link")],
    },
    {
      kind: "alter-table",
      table: "electrons",
      addColumns: [{ ...required("job_id", "INTEGER"), fill: "id" }],
      addConstraints: [references("job_id", "jobs", "job_id_link")],
    },
  ],
  downgrade: [
    { kind: "alter-table", table: "electrons", dropConstraints: ["job_id_link"], dropColumns: ["job_id"] },
    { kind: "alter-table", table: "electron_dependency", dropConstraints: ["electron_link"] },
    { kind: "drop-table", table: "jobs" },
  ],
};
