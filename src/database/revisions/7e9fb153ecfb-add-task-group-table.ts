import { primaryKey, type Revision, required } from "../migration/operations.ts";

/** The original's head: the state of its scheduler, which this program has no use for. */
export const r7e9fb153ecfb: Revision = {
  id: "7e9fb153ecfb",
  parent: "7b40a55c0752",
  message: "Add task_group table",
  own: false,
  upgrade: [
    {
      kind: "create-table",
      table: {
        name: "taskgroupstate",
        columns: [
          required("id", "INTEGER"),
          required("dispatch_id", "TEXT"),
          required("task_group_id", "INTEGER"),
          required("num_pending_parents", "INTEGER"),
          required("sorted_tasks", "TEXT"),
        ],
        constraints: [primaryKey("id")],
      },
    },
    {
      kind: "create-index",
      table: "taskgroupstate",
      index: { name: "task_grp_idx", columns: ["dispatch_id", "task_group_id"] },
    },
    {
      kind: "create-table",
      table: {
        name: "workflowstate",
        columns: [required("dispatch_id", "TEXT"), required("num_unresolved_tasks", "INTEGER")],
        constraints: [primaryKey("dispatch_id")],
      },
    },
    {
      kind: "alter-table",
      table: "lattices",
      addConstraints: [{ kind: "unique", name: "u_electron_id", columns: ["electron_id"] }],
    },
  ],
  downgrade: [
    { kind: "alter-table", table: "lattices", dropConstraints: ["u_electron_id"] },
    { kind: "drop-table", table: "workflowstate" },
    { kind: "drop-table", table: "taskgroupstate" },
  ],
};
