import { column, columns, primaryKey, type Revision, references, required } from "../migration/operations.ts";

/** Lattices, electrons and the edges between them. */
export const b60c5ecdf927: Revision = {
  id: "b60c5ecdf927",
  parent: null,
  message: "init",
  own: false,
  upgrade: [
    {
      kind: "create-table",
      table: {
        name: "electron_dependency",
        columns: [
          required("id", "INTEGER"),
          required("electron_id", "INTEGER"),
          required("parent_electron_id", "INTEGER"),
          required("edge_name", "TEXT"),
          column("parameter_type", "VARCHAR(24)"),
          column("arg_index", "INTEGER"),
          required("is_active", "BOOLEAN"),
          { name: "updated_at", type: "DATETIME", default: "CURRENT_TIMESTAMP" },
          required("created_at", "DATETIME", "CURRENT_TIMESTAMP"),
        ],
        constraints: [primaryKey("id")],
      },
    },
    {
      kind: "create-table",
      table: {
        name: "lattices",
        columns: [
          required("id", "INTEGER"),
          required("dispatch_id", "VARCHAR(64)"),
          column("electron_id", "INTEGER"),
          required("name", "TEXT"),
          required("status", "VARCHAR(24)"),
          required("electron_num", "INTEGER"),
          required("completed_electron_num", "INTEGER"),
          ...columns("TEXT", "storage_type", "storage_path", "function_filename", "function_string_filename"),
          ...columns("TEXT", "executor_filename", "error_filename", "inputs_filename", "results_filename"),
          column("transport_graph_filename", "TEXT"),
          required("is_active", "BOOLEAN"),
          required("created_at", "DATETIME", "CURRENT_TIMESTAMP"),
          required("updated_at", "DATETIME", "CURRENT_TIMESTAMP"),
          ...columns("DATETIME", "started_at", "completed_at"),
        ],
        constraints: [primaryKey("id")],
      },
    },
    {
      kind: "create-table",
      table: {
        name: "electrons",
        columns: [
          required("id", "INTEGER"),
          required("parent_lattice_id", "INTEGER"),
          required("transport_graph_node_id", "INTEGER"),
          required("type", "VARCHAR(24)"),
          required("name", "TEXT"),
          required("status", "VARCHAR(24)"),
          ...columns("TEXT", "storage_type", "storage_path", "function_filename", "function_string_filename"),
          ...columns("TEXT", "executor_filename", "results_filename", "value_filename", "attribute_name"),
          ...columns("TEXT", "key_filename", "stdout_filename", "deps_filename", "call_before_filename"),
          ...columns("TEXT", "call_after_filename", "stderr_filename", "info_filename"),
          required("is_active", "BOOLEAN"),
          required("created_at", "DATETIME", "CURRENT_TIMESTAMP"),
          required("updated_at", "DATETIME", "CURRENT_TIMESTAMP"),
          ...columns("DATETIME", "started_at", "completed_at"),
        ],
        constraints: [primaryKey("id"), references("parent_lattice_id", "lattices")],
      },
    },
  ],
  downgrade: [
    { kind: "drop-table", table: "electrons" },
    { kind: "drop-table", table: "lattices" },
    { kind: "drop-table", table: "electron_dependency" },
  ],
};
