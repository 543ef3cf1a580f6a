import { readTable, realColumn } from "../dialects/sqlite/real-table.ts";
import type { SqlRun } from "../dialects/sqlite/sql-run.ts";
import { freeBehind } from "./free-ids.ts";

/** The temporary table with the ids of electrons that come from before there were jobs. */
export const JOBLESS = "temp.covalent_jobless";

/** A task group of such electrons: its first electron, and its job. */
const GROUPS = "temp.covalent_jobless_groups";

/**
 * Gives electrons that have none a job for each task group: the one that the rest of the group has, else one of its own. A new job's id
 * is the group's lowest electron id where that is free.
 */
export function giveJobs(run: SqlRun): void {
  if (run.count(`SELECT EXISTS (SELECT 1 FROM ${JOBLESS})`) === 0) return;
  const group = hasColumn(run, "electrons", "task_group_id") ? "task_group_id" : "transport_graph_node_id";
  const theirs = `SELECT id FROM ${JOBLESS}`;
  shareJobs(run, group);
  run.run(`CREATE TABLE ${GROUPS} (first INTEGER PRIMARY KEY, lattice, task_group, job INTEGER)`);
  run.run(
    `INSERT INTO ${GROUPS} (first, lattice, task_group) SELECT min(id), parent_lattice_id, ${group} FROM electrons WHERE id IN (${theirs}) GROUP BY 2, 3`,
  );
  const taken = ["SELECT id FROM jobs", `SELECT job_id AS id FROM electrons WHERE id NOT IN (${theirs})`];
  run.run(`UPDATE ${GROUPS} SET job = first WHERE first NOT IN (${taken.join(" UNION ")})`);
  const behind = freeBehind(...taken, `SELECT job AS id FROM ${GROUPS}`);
  run.run(
    `UPDATE ${GROUPS} SET job = (${behind}) + numbered.number FROM (SELECT first, row_number() OVER (ORDER BY first) AS number FROM ${GROUPS} WHERE job IS NULL) AS numbered
      WHERE numbered.first = covalent_jobless_groups.first`,
  );
  run.run(
    `UPDATE electrons SET job_id = own.job FROM ${GROUPS} AS own
      WHERE electrons.id IN (${theirs}) AND own.lattice IS electrons.parent_lattice_id AND own.task_group IS electrons.${group}`,
  );
  insertJobs(run);
  run.run(`DROP TABLE ${GROUPS}`);
}

/** Electrons of a task group whose others are there, with a job. */
function shareJobs(run: SqlRun, group: string): void {
  run.run(
    `UPDATE electrons SET job_id = own.job_id FROM (
        SELECT parent_lattice_id AS lattice, ${group} AS task_group, job_id, min(id) FROM electrons
        WHERE id NOT IN (SELECT id FROM ${JOBLESS}) GROUP BY 1, 2
      ) AS own
      WHERE electrons.id IN (SELECT id FROM ${JOBLESS}) AND own.lattice = electrons.parent_lattice_id AND own.task_group = electrons.${group}`,
  );
  run.run(
    `DELETE FROM ${JOBLESS} WHERE id IN (
      SELECT electrons.id FROM electrons JOIN electrons AS other ON other.parent_lattice_id = electrons.parent_lattice_id
        AND other.${group} = electrons.${group} AND other.id NOT IN (SELECT id FROM ${JOBLESS}))`,
  );
}

function insertJobs(run: SqlRun): void {
  const optional = [
    { name: "cancel_successful", value: "0" },
    { name: "status", value: "(SELECT status FROM electrons WHERE electrons.id = own.first)" },
  ].filter(({ name }) => hasColumn(run, "jobs", name));
  const names = ["id", "cancel_requested", "job_handle", ...optional.map(({ name }) => name)];
  const values = ["own.job", "0", "'null'", ...optional.map(({ value }) => value)];
  run.run(`INSERT INTO jobs (${names.join(", ")}) SELECT ${values.join(", ")} FROM ${GROUPS} AS own`);
}

function hasColumn(run: SqlRun, table: string, column: string): boolean {
  const real = readTable(run.connection, table);
  return real !== undefined && realColumn(real, column) !== undefined;
}
