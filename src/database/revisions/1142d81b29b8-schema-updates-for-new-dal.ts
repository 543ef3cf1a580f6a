import { assetsToFiles, filesToAssets } from "../migration/file-assets.ts";
import { column, columns, primaryKey, type Revision, references, required } from "../migration/operations.ts";

const STATUS_OF_JOB = `coalesce((SELECT status FROM electrons WHERE electrons.job_id = jobs.id ORDER BY electrons.id LIMIT 1),
  CASE WHEN cancel_successful THEN 'CANCELLED' ELSE 'NEW_OBJECT' END)`;

/** Assets become rows of their own; electrons are grouped into task groups. */
export const r1142d81b29b8: Revision = {
  id: "1142d81b29b8",
  parent: "de0a6c0a3e3d",
  message: "Schema updates for new DAL",
  own: false,
  upgrade: [
    {
      kind: "create-table",
      table: {
        name: "assets",
        columns: [
          required("id", "INTEGER"),
          required("storage_type", "TEXT"),
          required("storage_path", "TEXT"),
          required("object_key", "TEXT"),
          ...columns("TEXT", "digest_alg", "digest", "remote_uri"),
          column("size", "INTEGER"),
        ],
        constraints: [primaryKey("id")],
      },
    },
    {
      kind: "create-table",
      table: {
        name: "lattice_assets",
        columns: [
          required("id", "INTEGER"),
          required("meta_id", "INTEGER"),
          required("asset_id", "INTEGER"),
          required("key", "VARCHAR(24)"),
        ],
        constraints: [
          primaryKey("id"),
          references("asset_id", "assets", "asset_link"),
          references("meta_id", "lattices", "lattice_link"),
        ],
      },
    },
    {
      kind: "create-index",
      table: "lattice_assets",
      index: { name: "lattice_assets_idx", columns: ["meta_id", "key"] },
    },
    {
      kind: "create-table",
      table: {
        name: "electron_assets",
        columns: [
          required("id", "INTEGER"),
          required("meta_id", "INTEGER"),
          required("asset_id", "INTEGER"),
          required("key", "VARCHAR(24)"),
        ],
        constraints: [
          primaryKey("id"),
          references("asset_id", "assets", "asset_link"),
          references("meta_id", "electrons", "electron_link"),
        ],
      },
    },
    {
      kind: "create-index",
      table: "electron_assets",
      index: { name: "electron_assets_idx", columns: ["meta_id", "key"] },
    },
    {
      kind: "alter-table",
      table: "electron_dependency",
      // The second foreign key on the same column is the original's own doing; the next revision takes it away.
      addConstraints: [references("parent_electron_id", "electrons", "parent_electron_link")],
    },
    {
      kind: "create-index",
      table: "electron_dependency",
      index: { name: "cnode_idx", columns: ["electron_id"] },
    },
    {
      kind: "create-index",
      table: "electron_dependency",
      index: { name: "pnode_idx", columns: ["parent_electron_id"] },
    },
    // Only while the jobs look for their electrons: each asks by `job_id`.
    { kind: "sql", sql: "CREATE INDEX _covalent_electron_jobs ON electrons (job_id)" },
    {
      kind: "alter-table",
      table: "jobs",
      dropColumns: ["cancel_successful"],
      derivable: { cancel_successful: `(${STATUS_OF_JOB}) = 'CANCELLED'` },
      addColumns: [
        {
          ...required("status", "VARCHAR(24)"),
          fill: STATUS_OF_JOB,
        },
      ],
    },
    { kind: "sql", sql: "DROP INDEX _covalent_electron_jobs" },
    filesToAssets("electrons", "executor_data"),
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["executor_data_filename"],
      moved: ["executor_data_filename"],
      addColumns: [
        { ...required("task_group_id", "INTEGER"), fill: "transport_graph_node_id" },
        column("executor_data", "TEXT"),
      ],
    },
    {
      kind: "create-index",
      table: "electrons",
      index: { name: "latid_nodeid_idx", columns: ["parent_lattice_id", "transport_graph_node_id"] },
    },
    filesToAssets("lattices", "executor_data", "workflow_executor_data", "transport_graph"),
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: ["executor_data_filename", "workflow_executor_data_filename", "transport_graph_filename"],
      moved: ["executor_data_filename", "workflow_executor_data_filename", "transport_graph_filename"],
      addColumns: columns(
        "TEXT",
        "executor_data",
        "workflow_executor_data",
        "python_version",
        "covalent_version",
      ),
      addConstraints: [{ kind: "unique", name: "u_dispatch_id", columns: ["dispatch_id"] }],
    },
  ],
  downgrade: [
    assetsToFiles("lattices", "executor", "executor_data", "workflow_executor_data", "transport_graph"),
    assetsToFiles("electrons", "executor", "executor_data", "key"),
    {
      kind: "alter-table",
      table: "lattices",
      dropConstraints: ["u_dispatch_id"],
      dropColumns: ["executor_data", "workflow_executor_data", "python_version", "covalent_version"],
      derivable: { executor_data: "'{}'", workflow_executor_data: "'{}'" },
      addColumns: columns(
        "TEXT",
        "executor_data_filename",
        "workflow_executor_data_filename",
        "transport_graph_filename",
      ),
    },
    { kind: "drop-index", table: "electrons", index: "latid_nodeid_idx" },
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["task_group_id", "executor_data"],
      derivable: { task_group_id: "transport_graph_node_id", executor_data: "'{}'" },
      addColumns: [column("executor_data_filename", "TEXT")],
    },
    {
      kind: "alter-table",
      table: "jobs",
      dropColumns: ["status"],
      addColumns: [{ ...required("cancel_successful", "BOOLEAN"), fill: "status = 'CANCELLED'" }],
    },
    { kind: "drop-index", table: "electron_dependency", index: "pnode_idx" },
    { kind: "drop-index", table: "electron_dependency", index: "cnode_idx" },
    { kind: "alter-table", table: "electron_dependency", dropConstraints: ["parent_electron_link"] },
    { kind: "drop-table", table: "electron_assets" },
    { kind: "drop-table", table: "lattice_assets" },
    { kind: "drop-table", table: "assets" },
  ],
};
