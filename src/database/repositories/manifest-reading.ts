import type { Kysely, Selectable } from "kysely";
import {
  bundleSchema,
  type LatticeMetadata,
  type ManifestHeader,
  type ManifestLink,
  type ManifestNode,
} from "../../model/manifest.ts";
import type { ElectronRow, LatticeRow, Tables } from "../tables.ts";
import { toIso } from "../times.ts";
import type { LinkPage, NodePage, NodeState, PagePlace } from "./dispatch-repository.ts";
import { EDGE_PLACE, edgePlace, readEdges } from "./edges.ts";
import { INTERRUPTED, isInterrupted } from "./interrupted.ts";
import { parseJson, parseRecord } from "./json.ts";
import { readManifestAssets } from "./manifest-assets.ts";
import { toKey, toNodeType, toOptions, toStatus, toTags } from "./node-columns.ts";
import { toText, toTextOrNull, toWhole } from "./old-values.ts";

/** The header of a stored dispatch. `sequence` is the number of an event that is surely older than what is read. */
export async function readHeader(
  db: Kysely<Tables>,
  dispatchId: string,
  sequence: number,
): Promise<ManifestHeader | undefined> {
  const row = await visibleLattice(db, dispatchId).selectAll().executeTakeFirst();
  if (row === undefined) return undefined;
  const assets = (await readManifestAssets(db, "lattice_assets", [row.id])).get(row.id) ?? {};
  const { result, error, ...latticeAssets } = assets;
  return {
    metadata: {
      dispatch_id: dispatchId,
      root_dispatch_id: toText(row.root_dispatch_id ?? dispatchId),
      status: toStatus(row.status),
      start_time: toIso(toTextOrNull(row.started_at)),
      end_time: toIso(toTextOrNull(row.completed_at)),
      reason: row.reason ?? (isInterrupted(row.language, row.status) ? INTERRUPTED : null),
      ...(row.redispatch_of === null ? {} : { redispatch_of: row.redispatch_of }),
      sequence,
    },
    assets: { ...(result && { result }), ...(error && { error }) },
    lattice: { metadata: latticeMetadata(row), assets: latticeAssets },
    bundles: await readBundles(db, row.id),
  };
}

export async function readNodes(
  db: Kysely<Tables>,
  dispatchId: string,
  page: NodePage,
): Promise<ManifestNode[]> {
  const rows = await nodesOf(db, dispatchId, page).selectAll("electron").execute();
  const owners = rows.map((row) => row.id);
  const assets = await readManifestAssets(db, "electron_assets", owners, page.content);
  return rows.map((row) => ({
    id: row.transport_graph_node_id,
    metadata: nodeMetadata(row),
    assets: assets.get(row.id) ?? {},
  }));
}

export async function readNodeStates(
  db: Kysely<Tables>,
  dispatchId: string,
  page: PagePlace,
): Promise<NodeState[]> {
  const rows = await nodesOf(db, dispatchId, page)
    .select(["electron.transport_graph_node_id", "electron.name", "electron.type", "electron.status"])
    .select(["electron.executor", "electron.started_at", "electron.completed_at", "electron.reason"])
    .select("electron.options")
    .execute();
  return rows.map((row) => ({
    id: row.transport_graph_node_id,
    name: toText(row.name),
    type: toNodeType(row.type, row.name),
    status: toStatus(row.status),
    executor: toText(row.executor),
    language: languageOf(row.options),
    start_time: toIso(toTextOrNull(row.started_at)),
    end_time: toIso(toTextOrNull(row.completed_at)),
    reason: row.reason,
    sub_dispatch_id: toTextOrNull(row.sub_dispatch_id),
  }));
}

/** Few nodes say it: the options of the others are not parsed. */
function languageOf(options: string | null): string | null {
  if (options === null || !options.includes('"language"')) return null;
  return toOptions(options).language ?? null;
}

function nodesOf(db: Kysely<Tables>, dispatchId: string, { after, limit }: PagePlace) {
  return (
    db
      .selectFrom("electrons as electron")
      .leftJoin("lattices as sub", (join) =>
        join.onRef("sub.electron_id", "=", "electron.id").on("sub.registering", "is", null),
      )
      .select("sub.dispatch_id as sub_dispatch_id")
      .where("electron.parent_lattice_id", "=", visibleLattice(db, dispatchId).select("id"))
      .where("electron.transport_graph_node_id", ">", after)
      // Behind the last number there may be texts: nothing can refer to such a node.
      .where("electron.transport_graph_node_id", "<=", Number.MAX_SAFE_INTEGER)
      .orderBy("electron.transport_graph_node_id")
      .limit(limit)
  );
}

export async function readLinks(
  db: Kysely<Tables>,
  dispatchId: string,
  page: LinkPage,
): Promise<ManifestLink[]> {
  const row = await visibleLattice(db, dispatchId).select(EDGE_PLACE).executeTakeFirst();
  if (row === undefined) return [];
  const edges = await readEdges(db, edgePlace(row), page);
  return edges.map(({ source, target, name, parameter, index }) => ({
    source,
    target,
    metadata: { edge_name: name, param_type: parameter, arg_index: index },
  }));
}

function visibleLattice(db: Kysely<Tables>, dispatchId: string) {
  return db
    .selectFrom("lattices")
    .where("dispatch_id", "=", dispatchId)
    .where("is_active", "=", 1)
    .where("registering", "is", null);
}

function latticeMetadata(row: Selectable<LatticeRow>): LatticeMetadata {
  const tags = toTags(row.tags);
  return {
    name: toText(row.name),
    executor: toText(row.executor),
    executor_data: parseRecord(row.executor_data),
    workflow_executor: toText(row.workflow_executor),
    workflow_executor_data: parseRecord(row.workflow_executor_data),
    python_version: toTextOrNull(row.python_version),
    covalent_version: toTextOrNull(row.covalent_version),
    language: row.language === "typescript" ? "typescript" : "python",
    ...(row.bundle === null ? {} : { bundle: row.bundle }),
    ...(row.lattice === null ? {} : { lattice: row.lattice }),
    ...(row.workdir === null ? {} : { workdir: row.workdir }),
    ...(row.project_root === null ? {} : { project_root: row.project_root }),
    ...(tags === undefined ? {} : { tags }),
    ...(row.priority === null ? {} : { priority: row.priority }),
    ...(row.deadline_ms === null ? {} : { deadline_ms: row.deadline_ms }),
  };
}

type NodeRow = Selectable<ElectronRow> & { readonly sub_dispatch_id: string | null };

function nodeMetadata(row: NodeRow): ManifestNode["metadata"] {
  const key = toKey(row.key);
  return {
    task_group_id: toWhole(row.task_group_id) ?? row.transport_graph_node_id,
    name: toText(row.name),
    executor: toText(row.executor),
    executor_data: parseRecord(row.executor_data),
    sub_dispatch_id: toTextOrNull(row.sub_dispatch_id),
    status: toStatus(row.status),
    start_time: toIso(toTextOrNull(row.started_at)),
    end_time: toIso(toTextOrNull(row.completed_at)),
    type: toNodeType(row.type, row.name),
    ...(row.electron === null ? {} : { electron: row.electron }),
    ...(row.bundle === null ? {} : { bundle: row.bundle }),
    ...(row.options === null ? {} : { options: toOptions(row.options) }),
    ...(key === null ? {} : { key }),
    reason: row.reason,
  };
}

async function readBundles(db: Kysely<Tables>, lattice: number): Promise<ManifestHeader["bundles"]> {
  const rows = await db
    .selectFrom("bundles")
    .selectAll()
    .where("lattice_id", "=", lattice)
    .orderBy("digest")
    .execute();
  return rows.map(({ digest, size, externals }) =>
    bundleSchema.parse({ digest, size, externals: parseJson(externals) ?? [] }),
  );
}
