import { spawnSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { covalentCommand } from "./covalent-command.ts";

const OLDEST = "b60c5ecdf927";
export const ELECTRONS_PER_DISPATCH = 100;
export const EDGES_PER_DISPATCH = 120;

/** A dispatch's edges: each node hangs on the one before it, and some on one more. */
const CHAIN = ELECTRONS_PER_DISPATCH - 1;

const NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $rows)";
const DISPATCH_ID = "printf('%08x-0000-4000-a000-%012x', d, d)";
const FOLDER = `'/home/ada/.local/share/covalent/data/' || ${DISPATCH_ID}`;
const TIME = "strftime('%Y-%m-%d %H:%M:%S', 1659312000 + d, 'unixepoch') || '.000000'";

const LATTICES = `${NUMBERS} INSERT INTO lattices (id, dispatch_id, electron_id, name, status, electron_num,
    completed_electron_num, storage_type, storage_path, function_filename, function_string_filename, executor_filename,
    error_filename, inputs_filename, results_filename, transport_graph_filename, is_active, created_at, updated_at, started_at,
    completed_at)
  SELECT d + 1, ${DISPATCH_ID}, NULL, 'workflow ' || d % 50, 'COMPLETED', ${ELECTRONS_PER_DISPATCH}, ${ELECTRONS_PER_DISPATCH},
    'local', ${FOLDER}, 'function.pkl', 'function_string.txt', 'executor.pkl', 'error.log', 'inputs.pkl', 'results.pkl',
    'transport_graph.pkl', 1, ${TIME}, ${TIME}, ${TIME}, ${TIME}
  FROM (SELECT i AS d FROM n)`;

const ELECTRONS = `${NUMBERS} INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status,
    storage_type, storage_path, function_filename, function_string_filename, executor_filename, results_filename, value_filename,
    stdout_filename, deps_filename, call_before_filename, call_after_filename, stderr_filename, info_filename, is_active,
    created_at, updated_at, started_at, completed_at)
  SELECT i + 1, d + 1, node, iif(node % 4, 'function', 'parameter'), 'task_' || node, 'COMPLETED', 'local',
    ${FOLDER} || '/node_' || node, 'function.pkl', 'function_string.txt', 'executor.pkl', 'results.pkl',
    iif(node % 4, NULL, 'value.pkl'), 'stdout.log', 'deps.pkl', 'call_before.pkl', 'call_after.pkl', 'stderr.log', 'info.log', 1,
    ${TIME}, ${TIME}, ${TIME}, ${TIME}
  FROM (SELECT i, i / ${ELECTRONS_PER_DISPATCH} AS d, i % ${ELECTRONS_PER_DISPATCH} AS node FROM n)`;

const EDGES = `${NUMBERS} INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, parameter_type,
    arg_index, is_active, updated_at, created_at)
  SELECT i + 1, d * ${ELECTRONS_PER_DISPATCH} + 1 + iif(edge < ${CHAIN}, edge + 1, (edge - ${CHAIN}) * 4 + 3),
    d * ${ELECTRONS_PER_DISPATCH} + 1 + iif(edge < ${CHAIN}, edge, (edge - ${CHAIN}) * 4), 'arg[' || (edge >= ${CHAIN}) || ']',
    'arg', edge >= ${CHAIN}, 1, ${TIME}, ${TIME}
  FROM (SELECT i, i / ${EDGES_PER_DISPATCH} AS d, i % ${EDGES_PER_DISPATCH} AS edge FROM n)`;

/** Makes a database at the oldest revision with so many dispatches. */
export function generate(file: string, dispatches: number): void {
  const [program, ...parameters] = covalentCommand(
    "db",
    "migrate",
    "--database",
    file,
    "--to",
    OLDEST,
    "--no-backup",
    "--json",
  );
  const { status, stdout, stderr } = spawnSync(program, parameters, { encoding: "utf8" });
  if (status !== 0) throw new Error(`no empty database could be made: ${stdout}${stderr}`);
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  try {
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; BEGIN");
    database.prepare(LATTICES).run({ $rows: dispatches });
    database.prepare(ELECTRONS).run({ $rows: dispatches * ELECTRONS_PER_DISPATCH });
    database.prepare(EDGES).run({ $rows: dispatches * EDGES_PER_DISPATCH });
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}
