import type { Kysely } from "kysely";
import type { ManifestLink, ManifestNode } from "../../model/manifest.ts";
import { nodeTypeOfName } from "../../model/node.ts";
import type { BundleRow, EdgeRow, ElectronRow, JobRow, LatticeRow, Tables } from "../tables.ts";
import { datetimeOfIso } from "../times.ts";
import { type AssetStatements, prepareAssetStatements } from "./asset-statements.ts";
import { prepare } from "./prepare.ts";
import { prepareRow } from "./prepare-row.ts";
import type { Statement } from "./unit.ts";

/** The statements that store a dispatch. */
export interface RegistrationStatements {
  readonly assets: AssetStatements;
  lattice(row: LatticeRow): Statement;
  /** Makes room for the dispatch that a sublattice's node becomes: an earlier one may have been left behind. */
  bundle(row: BundleRow): Statement;
  /** The job of a task group; nothing when it is there. */
  job(row: JobRow): Statement;
  electron(row: ElectronRow): Statement;
  edge(row: NewEdge): Statement;
  /** Makes a dispatch visible; changes nothing when another one that is visible has its idempotency key. */
  finish(values: { readonly row: number; readonly at: string }): Statement;
}

/** An edge that has not been changed yet. */
export type NewEdge = Omit<EdgeRow, "updated_at">;

export function prepareRegistration(db: Kysely<Tables>): RegistrationStatements {
  return {
    assets: prepareAssetStatements(db),
    lattice: prepareRow<LatticeRow>(db, "lattices", LATTICE_COLUMNS),
    bundle: prepareRow<BundleRow>(db, "bundles", ["lattice_id", "digest", "size", "externals"]),
    job: prepareRow<JobRow>(
      db,
      "jobs",
      ["id", "cancel_requested", "job_handle", "status"],
      "insert or ignore",
    ),
    electron: prepareRow<ElectronRow>(db, "electrons", ELECTRON_COLUMNS),
    edge: prepareRow<NewEdge>(db, "electron_dependency", EDGE_COLUMNS),
    finish: prepare((value) =>
      db
        .updateTable("lattices")
        .set({ registering: null, is_active: 1, updated_at: value("at") })
        .where("id", "=", value("row"))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("lattices as other")
                .select("other.id")
                .whereRef("other.idempotency_key", "=", "lattices.idempotency_key")
                .where("other.registering", "is", null),
            ),
          ),
        ),
    ),
  };
}

export interface NodePlace {
  readonly lattice: number;
  readonly firstElectron: number;
  readonly firstJob: number;
  /** A DATETIME text. */
  readonly at: string;
}

/** The row of a node of a manifest. */
export function electronRow({ id, metadata }: ManifestNode, place: NodePlace): ElectronRow {
  const taskGroup = metadata.task_group_id ?? id;
  return {
    id: place.firstElectron + id,
    parent_lattice_id: place.lattice,
    transport_graph_node_id: id,
    task_group_id: taskGroup,
    type: metadata.type ?? nodeTypeOfName(metadata.name),
    name: metadata.name,
    status: metadata.status,
    is_active: 1,
    job_id: place.firstJob + taskGroup,
    created_at: place.at,
    updated_at: place.at,
    started_at: datetimeOfIso(metadata.start_time),
    completed_at: datetimeOfIso(metadata.end_time),
    executor: metadata.executor,
    executor_data: JSON.stringify(metadata.executor_data),
    electron: metadata.electron ?? null,
    bundle: metadata.bundle ?? null,
    options: metadata.options === undefined ? null : JSON.stringify(metadata.options),
    key: metadata.key === undefined ? null : JSON.stringify(metadata.key),
    reason: metadata.reason ?? null,
    retry_at: null,
    retry_delay_ms: null,
    code_digest: metadata.code_digest ?? null,
    cache:
      metadata.code_digest_reason === undefined
        ? null
        : JSON.stringify({ unisolated: metadata.code_digest_reason }),
  };
}

/** The row of a link of a manifest. */
export function edgeRow(id: number, { source, target, metadata }: ManifestLink, place: NodePlace): NewEdge {
  return {
    id,
    electron_id: place.firstElectron + target,
    parent_electron_id: place.firstElectron + source,
    edge_name: metadata.edge_name,
    parameter_type: metadata.param_type ?? null,
    arg_index: metadata.arg_index ?? null,
    is_active: 1,
    created_at: place.at,
  };
}

const LATTICE_COLUMNS = [
  "id",
  "dispatch_id",
  "electron_id",
  "name",
  "status",
  "electron_num",
  "completed_electron_num",
  "is_active",
  "created_at",
  "updated_at",
  "started_at",
  "completed_at",
  "executor",
  "executor_data",
  "workflow_executor",
  "workflow_executor_data",
  "root_dispatch_id",
  "python_version",
  "covalent_version",
  "language",
  "bundle",
  "lattice",
  "workdir",
  "project_root",
  "tags",
  "reason",
  "first_electron_id",
  "first_link_id",
  "registering",
  "cancel_requested",
  "paused",
  "priority",
  "deadline_ms",
  "idempotency_key",
  "redispatch_of",
] as const satisfies readonly (keyof LatticeRow)[];

const ELECTRON_COLUMNS = [
  "id",
  "parent_lattice_id",
  "transport_graph_node_id",
  "task_group_id",
  "type",
  "name",
  "status",
  "is_active",
  "job_id",
  "created_at",
  "updated_at",
  "started_at",
  "completed_at",
  "executor",
  "executor_data",
  "electron",
  "bundle",
  "options",
  "key",
  "reason",
  "code_digest",
  "cache",
] as const satisfies readonly (keyof ElectronRow)[];

const EDGE_COLUMNS = [
  "id",
  "electron_id",
  "parent_electron_id",
  "edge_name",
  "parameter_type",
  "arg_index",
  "is_active",
  "created_at",
] as const satisfies readonly (keyof NewEdge)[];
