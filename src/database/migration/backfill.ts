import { CARRIED_FILES_TO_ASSETS, FILES_TO_ASSETS } from "./file-assets.ts";
import type { Operation } from "./operations.ts";

/**
 * What the original's own revisions should have filled in and did not. A database may have passed them under the original, so this
 * is done for every database, and only where nothing is.
 */
export const BACKFILL: readonly Operation[] = [
  ...FILES_TO_ASSETS,
  {
    kind: "rows",
    table: "electrons",
    statements: [
      "UPDATE electrons SET executor_data = '{}' WHERE id BETWEEN :from AND :to AND executor_data IS NULL",
    ],
  },
  {
    kind: "sql",
    sql: `UPDATE lattices SET executor_data = coalesce(executor_data, '{}'), workflow_executor_data = coalesce(workflow_executor_data, '{}')
      WHERE executor_data IS NULL OR workflow_executor_data IS NULL`,
  },
  // The root of a dispatch is found from the top down: a chain of parents that leads in a circle is never entered.
  {
    kind: "sql",
    sql: `WITH RECURSIVE
      part (lattice, parent) AS MATERIALIZED (
        SELECT lattices.id, electrons.parent_lattice_id FROM lattices JOIN electrons ON electrons.id = lattices.electron_id
      ),
      tree (lattice, root) AS (
        SELECT id, coalesce(root_dispatch_id, dispatch_id) FROM lattices WHERE id NOT IN (SELECT lattice FROM part)
        UNION
        SELECT part.lattice, tree.root FROM tree JOIN part ON part.parent = tree.lattice
      )
      UPDATE lattices SET root_dispatch_id = tree.root FROM tree
      WHERE tree.lattice = lattices.id AND lattices.root_dispatch_id IS NULL`,
  },
  { kind: "sql", sql: "UPDATE lattices SET root_dispatch_id = dispatch_id WHERE root_dispatch_id IS NULL" },
];

/** The revision from which on a database has what {@link BACKFILL} fills in. */
export const FIRST_BACKFILLED = "c5a1e0d7b3f2";

/** The same for rows that come back to such a database from an older one, and what the revisions between do to rows. */
export const BACKFILL_RESTORED: readonly Operation[] = [
  {
    kind: "sql",
    sql: `UPDATE electrons SET error_filename = carried.value FROM _covalent_carried AS carried
      WHERE carried.table_name = 'electrons' AND carried.column_name = 'info_filename' AND carried.row_id = electrons.id
      AND electrons.error_filename IS NULL`,
  },
  {
    kind: "sql",
    sql: `INSERT INTO jobs (id, cancel_requested, job_handle, status)
      SELECT job_id, 0, 'null', coalesce(min(status), 'NEW_OBJECT') FROM electrons
      WHERE job_id NOT IN (SELECT id FROM jobs) GROUP BY job_id`,
  },
  ...CARRIED_FILES_TO_ASSETS,
  ...BACKFILL,
];
