import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { type DatabaseSync, DatabaseSync as Sqlite } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { type OldNode, type OldRun, RUNS } from "./runs.ts";

/**
 * Makes `dispatcher_db.sqlite` anew: a database as Covalent 0.177 (revision 9b9d58f02985) left it, with the runs of `runs.ts`.
 *
 *     npm run node -- examples/old-database/generate.ts [FILE]
 */

const REVISION = "9b9d58f02985";
const HOME = "/home/ada/.local/share/covalent/data";
const NODE_FILES = {
  function_filename: "function.pkl",
  function_string_filename: "function_string.txt",
  results_filename: "results.pkl",
  stdout_filename: "stdout.log",
  deps_filename: "deps.pkl",
  call_before_filename: "call_before.pkl",
  call_after_filename: "call_after.pkl",
  stderr_filename: "stderr.log",
  info_filename: "info.log",
  executor: "local",
  executor_data_filename: "executor_data.pkl",
};
const RUN_FILES = {
  function_filename: "function.pkl",
  function_string_filename: "function_string.txt",
  error_filename: "error.log",
  inputs_filename: "inputs.pkl",
  results_filename: "results.pkl",
  transport_graph_filename: "transport_graph.pkl",
  executor: "local",
  executor_data_filename: "executor_data.pkl",
  workflow_executor: "local",
  workflow_executor_data_filename: "workflow_executor_data.pkl",
  named_args_filename: "named_args.pkl",
  named_kwargs_filename: "named_kwargs.pkl",
};

type Row = Readonly<Record<string, string | number | null>>;

/** Inserts a row and gives its id. */
function insert(database: DatabaseSync, table: string, row: Row): number {
  const names = Object.keys(row);
  const sql = `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
  return Number(database.prepare(sql).run(...Object.values(row)).lastInsertRowid);
}

/** The same ids whenever it is generated. */
function dispatchIdOf({ name, startedAt }: OldRun, within: string): string {
  const hex = createHash("sha256").update(`${name} ${startedAt} ${within}`).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** A time of a run, as SQLAlchemy writes it. */
function timeOf({ startedAt }: OldRun, seconds: number): string {
  const at = new Date(Date.parse(`${startedAt.replace(" ", "T")}Z`) + seconds * 1_000);
  return `${at.toISOString().replace("T", " ").slice(0, 19)}.${String(412_007 + seconds).padStart(6, "0")}`;
}

function insertRun(database: DatabaseSync, run: OldRun, electronId: number | null, within: string): void {
  const dispatchId = dispatchIdOf(run, within);
  const path = `${HOME}/${dispatchId}`;
  const running = run.status === "RUNNING";
  const latticeId = insert(database, "lattices", {
    dispatch_id: dispatchId,
    electron_id: electronId,
    name: run.name,
    status: run.status,
    electron_num: run.nodes.length,
    completed_electron_num: run.nodes.filter(({ status }) => status === "COMPLETED").length,
    storage_type: "local",
    storage_path: path,
    ...RUN_FILES,
    is_active: 1,
    created_at: timeOf(run, 0),
    updated_at: timeOf(run, run.seconds),
    started_at: timeOf(run, 1),
    completed_at: running ? null : timeOf(run, run.seconds),
  });
  const ids = run.nodes.map((node, place) => insertNode(database, run, node, { latticeId, place, path }));
  run.nodes.forEach((node, place) => {
    node.parents.forEach((parent, index) => {
      const edge = { electron_id: ids[place] ?? 0, parent_electron_id: ids[parent] ?? 0 };
      insertEdge(database, run, edge, index);
    });
    if (node.run !== undefined) insertRun(database, node.run, ids[place] ?? null, `${dispatchId}/${place}`);
  });
}

function insertNode(
  database: DatabaseSync,
  run: OldRun,
  { name, type, status }: OldNode,
  { latticeId, place, path }: { latticeId: number; place: number; path: string },
): number {
  const ended = status === "COMPLETED" || status === "FAILED" || status === "CANCELLED";
  return insert(database, "electrons", {
    parent_lattice_id: latticeId,
    transport_graph_node_id: place,
    type,
    name,
    status,
    storage_type: "local",
    storage_path: `${path}/node_${place}`,
    ...NODE_FILES,
    value_filename: type === "parameter" ? "value.pkl" : null,
    is_active: 1,
    created_at: timeOf(run, 0),
    updated_at: timeOf(run, 2 + place),
    started_at: status === "NEW_OBJECT" ? null : timeOf(run, 1 + place),
    completed_at: ended ? timeOf(run, 2 + place) : null,
  });
}

function insertEdge(database: DatabaseSync, run: OldRun, ids: Row, index: number): void {
  insert(database, "electron_dependency", {
    ...ids,
    edge_name: `arg[${index}]`,
    parameter_type: "arg",
    arg_index: index,
    is_active: 1,
    updated_at: timeOf(run, 0),
    created_at: timeOf(run, 0),
  });
}

const file = process.argv[2] ?? fileURLToPath(new URL("dispatcher_db.sqlite", import.meta.url));
const covalent = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
rmSync(file, { force: true });
const empty = ["db", "migrate", "--database", file, "--to", REVISION, "--no-backup"];
const { status } = spawnSync(process.execPath, [covalent, ...empty], { stdio: "inherit" });
if (status !== 0) process.exit(1);

const database = new Sqlite(file);
database.exec("PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = OFF; BEGIN");
for (const run of RUNS) insertRun(database, run, null, "");
database.exec("COMMIT; VACUUM");
database.close();
