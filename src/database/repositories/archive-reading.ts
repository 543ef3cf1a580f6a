import { type Kysely, type Selectable, sql } from "kysely";
import type { ArchiveEdge } from "../../model/archive.ts";
import type { AssetRow, AttemptRow, ElectronRow, LatticeRow, Tables } from "../tables.ts";
import type {
  RecordPage,
  StoredAssetRecord,
  StoredDispatchRecord,
  StoredNodeRecord,
} from "./archive-repository.ts";
import { toCodec, toNodeType, toShownStatus, toSize } from "./node-columns.ts";
import { toText, toTextOrNull, toWhole } from "./old-values.ts";

export async function archivedDispatches(
  db: Kysely<Tables>,
  dispatchId: string,
): Promise<StoredDispatchRecord[]> {
  const rows = await withSubDispatches(db, dispatchId)
    .selectAll("lattice")
    .select(["outer.dispatch_id as outer_id", "outer.id as outer_row", "below.depth as depth"])
    .orderBy("below.depth")
    .orderBy("lattice.id")
    .execute();
  return Promise.all(rows.map((row) => toDispatchRecord(db, row)));
}

/** What is recorded as the root of a sublattice's dispatch may be itself: they are found by the nodes that they are. */
function withSubDispatches(db: Kysely<Tables>, dispatchId: string) {
  return db
    .withRecursive("below(row, depth)", (step) =>
      step
        .selectFrom("lattices")
        .select(["id as row", sql<number>`0`.as("depth")])
        .where("dispatch_id", "=", dispatchId)
        .unionAll(
          step
            .selectFrom("below")
            .innerJoin("electrons", "electrons.parent_lattice_id", "below.row")
            .innerJoin("lattices", "lattices.electron_id", "electrons.id")
            .select(["lattices.id as row", sql<number>`below.depth + 1`.as("depth")])
            // A sublattice is never inside itself; a damaged database may say so.
            .where("below.depth", "<", 100),
        ),
    )
    .selectFrom("below")
    .innerJoin("lattices as lattice", "lattice.id", "below.row")
    .leftJoin("electrons as node", "node.id", "lattice.electron_id")
    .leftJoin("lattices as outer", "outer.id", "node.parent_lattice_id")
    .where("lattice.is_active", "=", 1)
    .where("lattice.registering", "is", null);
}

type FoundRow = Selectable<LatticeRow> & {
  readonly outer_id: string | null;
  readonly outer_row: number | null;
  readonly depth: number;
};

async function toDispatchRecord(db: Kysely<Tables>, row: FoundRow): Promise<StoredDispatchRecord> {
  const [nodes, edges, bundles, assets] = await Promise.all([
    counted(db.selectFrom("electrons").where("parent_lattice_id", "=", row.id).select(COUNT)),
    counted(edgesOf(db, row.id).select(COUNT)),
    db.selectFrom("bundles").selectAll().where("lattice_id", "=", row.id).orderBy("digest").execute(),
    assetsOf(db, "lattice_assets", [row.id]),
  ]);
  return {
    kind: "dispatch",
    place: { lattice: row.id, firstElectron: row.first_electron_id, firstLink: row.first_link_id },
    dispatch_id: toText(row.dispatch_id),
    parent: await parentOf(db, row),
    nodes,
    edges,
    completed: toWhole(row.completed_electron_num) ?? 0,
    name: toText(row.name),
    status: toShownStatus(row.status),
    created_at: toText(row.created_at),
    updated_at: toText(row.updated_at),
    started_at: toTextOrNull(row.started_at),
    completed_at: toTextOrNull(row.completed_at),
    executor: toTextOrNull(row.executor),
    executor_data: toTextOrNull(row.executor_data),
    workflow_executor: toTextOrNull(row.workflow_executor),
    workflow_executor_data: toTextOrNull(row.workflow_executor_data),
    python_version: toTextOrNull(row.python_version),
    covalent_version: toTextOrNull(row.covalent_version),
    language: row.language === "typescript" || row.language === "python" ? row.language : null,
    bundle: row.bundle,
    lattice: toTextOrNull(row.lattice),
    workdir: toTextOrNull(row.workdir),
    project_root: toTextOrNull(row.project_root),
    tags: toTextOrNull(row.tags),
    reason: toTextOrNull(row.reason),
    priority: row.priority,
    deadline_ms: row.deadline_ms,
    redispatch_of: toTextOrNull(row.redispatch_of),
    bundles: bundles.map(({ digest, size, externals }) => ({ digest, size, externals })),
    assets: assets.get(row.id) ?? [],
  };
}

/** The node that a sublattice's dispatch is, by its place; the dispatch that is exported is nobody's. */
async function parentOf(db: Kysely<Tables>, row: FoundRow): Promise<StoredDispatchRecord["parent"]> {
  if (row.depth === 0 || row.outer_id === null || row.outer_row === null) return null;
  const before = db
    .selectFrom("electrons as before")
    .innerJoin("electrons as node", (join) =>
      join
        .onRef("before.transport_graph_node_id", "<", "node.transport_graph_node_id")
        .onRef("before.parent_lattice_id", "=", "node.parent_lattice_id"),
    )
    .where("node.id", "=", row.electron_id)
    .select(COUNT);
  return { dispatch_id: toText(row.outer_id), node: await counted(before) };
}

const COUNT = sql<number>`count(*)`.as("total");

async function counted(query: {
  executeTakeFirst(): Promise<{ readonly total: number } | undefined>;
}): Promise<number> {
  return Number((await query.executeTakeFirst())?.total ?? 0);
}

export async function archivedNodes(
  db: Kysely<Tables>,
  { place }: StoredDispatchRecord,
  { offset, limit }: RecordPage,
): Promise<StoredNodeRecord[]> {
  const all = db.selectFrom("electrons").selectAll().where("parent_lattice_id", "=", place.lattice);
  const rows = await (place.firstElectron === null
    ? all.orderBy("transport_graph_node_id").orderBy("id").offset(offset).limit(limit)
    : // Ours have consecutive ids: nothing is counted off.
      all
        .where("transport_graph_node_id", ">=", offset)
        .where("transport_graph_node_id", "<", offset + limit)
        .orderBy("transport_graph_node_id")
  ).execute();
  const ids = rows.map((row) => row.id);
  const assets = await assetsOf(db, "electron_assets", ids);
  const attempts = await attemptsOf(db, ids);
  return rows.map((row, index) => ({
    ...toNodeRecord(row, offset + index),
    assets: assets.get(row.id) ?? [],
    attempts: attempts.get(row.id) ?? [],
  }));
}

function toNodeRecord(
  row: Selectable<ElectronRow>,
  place: number,
): Omit<StoredNodeRecord, "assets" | "attempts"> {
  return {
    kind: "node",
    id: toWhole(row.transport_graph_node_id) ?? place,
    task_group_id: toWhole(row.task_group_id) ?? place,
    type: toNodeType(row.type, row.name),
    name: toText(row.name),
    status: toShownStatus(row.status),
    created_at: toText(row.created_at),
    updated_at: toText(row.updated_at),
    started_at: toTextOrNull(row.started_at),
    completed_at: toTextOrNull(row.completed_at),
    executor: toTextOrNull(row.executor),
    executor_data: toTextOrNull(row.executor_data),
    electron: toTextOrNull(row.electron),
    bundle: row.bundle,
    options: toTextOrNull(row.options),
    key: toTextOrNull(row.key),
    reason: toTextOrNull(row.reason),
    code_digest: toTextOrNull(row.code_digest),
    cache: toTextOrNull(row.cache),
  };
}

export async function archivedEdges(
  db: Kysely<Tables>,
  { place }: StoredDispatchRecord,
  { offset, limit }: RecordPage,
): Promise<ArchiveEdge[]> {
  const { lattice, firstElectron, firstLink } = place;
  const edges = edgesOf(db, lattice).selectAll("edge").orderBy("edge.id");
  if (firstElectron === null || firstLink === null) {
    const rows = await edges
      .select([placeOf("source").as("source"), placeOf("target").as("target")])
      .offset(offset)
      .limit(limit)
      .execute();
    return rows.map((row) => toEdgeRecord(row, Number(row.source), Number(row.target)));
  }
  const rows = await db
    .selectFrom("electron_dependency")
    .selectAll()
    .where("id", ">=", firstLink + offset)
    .where("id", "<", firstLink + offset + limit)
    .orderBy("id")
    .execute();
  return rows.map((row) =>
    toEdgeRecord(row, row.parent_electron_id - firstElectron, row.electron_id - firstElectron),
  );
}

function edgesOf(db: Kysely<Tables>, lattice: number) {
  return db
    .selectFrom("electrons as target")
    .innerJoin("electron_dependency as edge", "edge.electron_id", "target.id")
    .innerJoin("electrons as source", "source.id", "edge.parent_electron_id")
    .where("target.parent_lattice_id", "=", lattice)
    .whereRef("source.parent_lattice_id", "=", "target.parent_lattice_id");
}

/** Where among the nodes of its dispatch one of the original's is: their keys follow no rule. */
function placeOf(node: "source" | "target") {
  return sql<number>`(SELECT count(*) FROM electrons AS before
    WHERE before.parent_lattice_id = ${sql.ref(`${node}.parent_lattice_id`)}
      AND before.transport_graph_node_id < ${sql.ref(`${node}.transport_graph_node_id`)})`;
}

function toEdgeRecord(
  row: {
    readonly edge_name: string;
    readonly parameter_type: string | null;
    readonly arg_index: number | null;
  },
  source: number,
  target: number,
): ArchiveEdge {
  return {
    kind: "edge",
    source,
    target,
    edge_name: toText(row.edge_name),
    parameter_type: toTextOrNull(row.parameter_type),
    arg_index: toWhole(row.arg_index),
  };
}

async function assetsOf(
  db: Kysely<Tables>,
  links: "electron_assets" | "lattice_assets",
  owners: readonly number[],
): Promise<Map<number, StoredAssetRecord[]>> {
  const found = new Map<number, StoredAssetRecord[]>();
  if (owners.length === 0) return found;
  const rows = await db
    .selectFrom(`${links} as link`)
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .selectAll("asset")
    .select(["link.meta_id as owner", "link.key as link_key"])
    .where("link.meta_id", "in", owners)
    .orderBy("link.id")
    .execute();
  for (const { owner, link_key, ...row } of rows) {
    const assets = found.get(owner) ?? [];
    assets.push(toAssetRecord(row, toText(link_key)));
    found.set(owner, assets);
  }
  return found;
}

const KINDS_OF_FILES: ReadonlySet<string> = new Set(["file", "local"]);

function toAssetRecord(row: Selectable<AssetRow>, key: string): StoredAssetRecord {
  const isFile = row.content_digest === null && KINDS_OF_FILES.has(row.storage_type);
  return {
    key,
    codec: row.codec === null ? null : toCodec(row.codec),
    digest: row.content_digest,
    size: toSize(row.size),
    text: row.text,
    client_digest: toTextOrNull(row.digest),
    client_digest_alg: toTextOrNull(row.digest_alg),
    inline: row.content,
    file: isFile ? { storagePath: toText(row.storage_path), objectKey: toText(row.object_key) } : null,
  };
}

async function attemptsOf(
  db: Kysely<Tables>,
  electrons: readonly number[],
): Promise<Map<number, StoredNodeRecord["attempts"]>> {
  if (electrons.length === 0) return new Map();
  const rows = await db
    .selectFrom("attempts")
    .selectAll()
    .where("electron_id", "in", electrons)
    .orderBy("id")
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.electron_id)].map(([electron, some]) => [
      electron,
      some.map(toAttemptRecord),
    ]),
  );
}

function toAttemptRecord({ number, token, executor, ...row }: Selectable<AttemptRow>) {
  const { placed_at, started_at, ended_at, status, failure } = row;
  return { number, token, executor, placed_at, started_at, ended_at, status, failure };
}
