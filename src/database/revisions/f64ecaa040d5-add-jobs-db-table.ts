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
    // Electrons that are there need a job each. At this revision a node is a group of its own; rows of one node share its job.
    {
      kind: "sql",
      sql: `UPDATE electrons SET job_id = shared.first FROM (
          SELECT parent_lattice_id AS lattice, transport_graph_node_id AS node, min(id) AS first FROM electrons
          GROUP BY parent_lattice_id, transport_graph_node_id HAVING count(*) > 1
        ) AS shared
        WHERE electrons.parent_lattice_id = shared.lattice AND electrons.transport_graph_node_id = shared.node
        AND electrons.job_id = electrons.id`,
    },
    {
      kind: "rows",
      table: "electrons",
      statements: [
        `INSERT OR IGNORE INTO jobs (id, cancel_requested, cancel_successful, job_handle)
          SELECT DISTINCT job_id, 0, 0, 'null' FROM electrons WHERE id BETWEEN :from AND :to`,
      ],
    },
  ],
  downgrade: [
    {
      kind: "alter-table",
      table: "electrons",
      dropConstraints: ["job_id_link"],
      dropColumns: ["job_id"],
      // Without the jobs it names nothing.
      discard: ["job_id"],
    },
    { kind: "alter-table", table: "electron_dependency", dropConstraints: ["electron_link"] },
    { kind: "drop-table", table: "jobs" },
  ],
};
