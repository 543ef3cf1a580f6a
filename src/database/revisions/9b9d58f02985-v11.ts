import { columns, type Revision } from "../migration/operations.ts";

/** Executors become columns of their own. */
export const r9b9d58f02985: Revision = {
  id: "9b9d58f02985",
  parent: "b60c5ecdf927",
  message: "v11",
  own: false,
  upgrade: [
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["executor_filename", "attribute_name", "key_filename"],
      addColumns: columns("TEXT", "executor", "executor_data_filename"),
    },
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: ["executor_filename"],
      addColumns: [
        ...columns("TEXT", "executor", "executor_data_filename", "workflow_executor"),
        ...columns("TEXT", "workflow_executor_data_filename", "named_args_filename", "named_kwargs_filename"),
      ],
    },
  ],
  downgrade: [
    {
      kind: "alter-table",
      table: "lattices",
      dropColumns: [
        "executor",
        "executor_data_filename",
        "workflow_executor",
        "workflow_executor_data_filename",
        "named_args_filename",
        "named_kwargs_filename",
      ],
      addColumns: columns("TEXT", "executor_filename"),
    },
    {
      kind: "alter-table",
      table: "electrons",
      dropColumns: ["executor", "executor_data_filename"],
      addColumns: columns("TEXT", "executor_filename", "attribute_name", "key_filename"),
    },
  ],
};
