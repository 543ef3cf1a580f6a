import { setImmediate as nextTurn } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { RegisteredGraph, StoredDispatch, StoredEdge, StoredNode } from "../../model/change.ts";
import { KEPT_LIMIT } from "../../model/payload.ts";
import type { Tables } from "../tables.ts";
import { millisecondsOf } from "../times.ts";
import { type EdgePlace, edgePlace, readEdges } from "./edges.ts";
import { parseJson, parseRecord } from "./json.ts";
import { toStatus, toTags } from "./node-columns.ts";
import { type PickledNode, pickledParts } from "./pickled-parts.ts";
import { type NodeAttempts, storedNodes } from "./stored-node.ts";

/** Rows between two turns of the event loop: about 10 ms. */
const SLICE = 1_000;

/**
 * A dispatch of ours with its whole graph, read in slices with the event loop turning in between.
 *
 * No read spans two slices, so the dispatch must not change meanwhile: the dispatcher loads it before it runs anything of it.
 */
export async function loadDispatch(
  db: Kysely<Tables>,
  dispatchId: string,
  registered?: RegisteredGraph,
): Promise<StoredDispatch | undefined> {
  const row = await db
    .selectFrom("lattices")
    .selectAll()
    .where("dispatch_id", "=", dispatchId)
    .where("registering", "is", null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    row: row.id,
    dispatchId,
    rootDispatchId: row.root_dispatch_id ?? dispatchId,
    name: row.name,
    status: toStatus(row.status),
    language: row.language === "typescript" ? "typescript" : "python",
    bundle: row.bundle,
    workdir: row.workdir,
    projectRoot: row.project_root,
    executor: { name: row.executor ?? "", data: parseRecord(row.executor_data) },
    workflowExecutor: { name: row.workflow_executor ?? "", data: parseRecord(row.workflow_executor_data) },
    parent: await parentOf(db, row.electron_id),
    startedAt: row.started_at === null ? null : millisecondsOf(row.started_at),
    deadlineMs: row.deadline_ms,
    priority: row.priority ?? 0,
    tags: toTags(row.tags) ?? [],
    paused: row.paused === 1,
    cancelRequested: row.cancel_requested === 1,
    ...((await asRegistered(db, registered)) ?? {
      nodes: await loadNodes(db, row.id, row.language === "typescript"),
      edges: await loadEdges(db, edgePlace(row)),
    }),
  };
}

/** The graph that was handed on, unless something has been asked of one of its nodes since. */
async function asRegistered(
  db: Kysely<Tables>,
  registered: RegisteredGraph | undefined,
): Promise<Pick<StoredDispatch, "nodes" | "edges"> | undefined> {
  if (registered === undefined) return undefined;
  const { nodes, edges, firstJob } = registered;
  const asked = await db
    .selectFrom("jobs")
    .select("id")
    .where("id", ">=", firstJob)
    .where("id", "<", firstJob + nodes.length)
    .where("cancel_requested", "=", 1)
    .limit(1)
    .executeTakeFirst();
  return asked === undefined ? { nodes, edges } : undefined;
}

/** The node that a sublattice's dispatch is. */
async function parentOf(db: Kysely<Tables>, electron: number | null): Promise<StoredDispatch["parent"]> {
  if (electron === null) return null;
  const row = await db
    .selectFrom("electrons as node")
    .innerJoin("lattices as outer", "outer.id", "node.parent_lattice_id")
    .select(["outer.dispatch_id", "node.transport_graph_node_id"])
    .where("node.id", "=", electron)
    .executeTakeFirst();
  return row === undefined ? null : { dispatchId: row.dispatch_id, nodeId: row.transport_graph_node_id };
}

async function loadNodes(db: Kysely<Tables>, lattice: number, hasTemplates: boolean): Promise<StoredNode[]> {
  const nodes: StoredNode[] = [];
  const toNode = storedNodes();
  for (;;) {
    const rows = await nodeRows(db, lattice, nodes.at(-1)?.nodeId ?? -1);
    const attempts = await attemptsOf(
      db,
      rows.map((row) => row.id),
    );
    const subDispatches = await subDispatchesOf(db, rows);
    const pickled = hasTemplates
      ? undefined
      : await pickledParts(
          db,
          rows.map((row) => row.id),
        );
    for (const row of rows) {
      const node = toNode(row, {
        attempts: attempts.get(row.id),
        subDispatchId: subDispatches.get(row.id) ?? null,
      });
      nodes.push(pickled === undefined ? node : asPickled(node, pickled.get(row.id) ?? {}));
    }
    if (rows.length < SLICE) return nodes;
    await nextTurn();
  }
}

async function loadEdges(db: Kysely<Tables>, place: EdgePlace): Promise<StoredEdge[]> {
  const edges: StoredEdge[] = [];
  for (;;) {
    const slice = await readEdges(db, place, { offset: edges.length, limit: SLICE });
    for (const edge of slice) edges.push(edge);
    if (slice.length < SLICE) return edges;
    await nextTurn();
  }
}

type NodeRow = Awaited<ReturnType<typeof nodeRows>>[number];

function nodeRows(db: Kysely<Tables>, lattice: number, after: number) {
  return db
    .selectFrom("electrons as electron")
    .leftJoin("electron_assets as link", (join) =>
      join.onRef("link.meta_id", "=", "electron.id").on("link.key", "=", "output"),
    )
    .leftJoin("assets as output", "output.id", "link.asset_id")
    .leftJoin("jobs as job", "job.id", "electron.job_id")
    .select([
      "electron.id",
      "electron.transport_graph_node_id",
      "electron.name",
      "electron.type",
      "electron.status",
      "electron.executor",
      "electron.executor_data",
      "electron.electron",
      "electron.bundle",
      "electron.options",
      "electron.key",
      "electron.retry_at",
      "electron.retry_delay_ms",
      "electron.code_digest",
      "job.cancel_requested",
      "output.content_digest",
      "output.size",
      "output.codec",
      // Those of large values are read when they are needed.
      sql<Uint8Array | null>`iif(output.size <= ${KEPT_LIMIT}, output.content, NULL)`.as("content"),
    ])
    .where("electron.parent_lattice_id", "=", lattice)
    .where("electron.transport_graph_node_id", ">", after)
    .orderBy("electron.transport_graph_node_id")
    .limit(SLICE)
    .execute();
}

/**
 * A node that the Python SDK has pickled. Lists, dicts and what is taken out of values are functions there, like any other, only named
 * otherwise.
 */
function asPickled(node: StoredNode, { function: own, hooks, value }: PickledNode): StoredNode {
  // Of one that was copied only the value is there.
  if (node.type === "parameter") return { ...node, output: node.output ?? value ?? null };
  const pickled = own === undefined ? null : { function: own, hooks: hooks ?? null };
  return { ...node, pickled, type: node.type === "sublattice" ? "sublattice" : "function" };
}

/** The dispatch of each sublattice node. */
async function subDispatchesOf(
  db: Kysely<Tables>,
  rows: readonly NodeRow[],
): Promise<ReadonlyMap<number, string>> {
  const sublattices = rows.filter((row) => row.type === "sublattice").map((row) => row.id);
  if (sublattices.length === 0) return new Map();
  const found = await db
    .selectFrom("lattices")
    .select(["electron_id", "dispatch_id"])
    .where("electron_id", "in", sublattices)
    .where("registering", "is", null)
    .execute();
  return new Map(found.map((row) => [row.electron_id ?? 0, row.dispatch_id]));
}

/** The attempts of a slice of nodes, in one query: the keys of a dispatch's electrons are next to one another. */
async function attemptsOf(
  db: Kysely<Tables>,
  electrons: readonly number[],
): Promise<Map<number, NodeAttempts>> {
  const found = new Map<number, NodeAttempts>();
  if (electrons.length === 0) return found;
  const rows = await db
    .selectFrom("attempts")
    .select(["electron_id", "number", "token", "executor", "handle", "status", "failure"])
    .where("electron_id", ">=", Math.min(...electrons))
    .where("electron_id", "<=", Math.max(...electrons))
    .orderBy("id")
    .execute();
  for (const { electron_id, number, token, executor, handle, status, failure } of rows) {
    const attempts = found.get(electron_id) ?? { counted: 0, lost: 0, last: 0, open: null };
    const kind = parseRecord(failure).kind;
    attempts.last = Math.max(attempts.last, number);
    if (status === null) attempts.open = { number, token, executor, handle: parseJson(handle) };
    if (kind === "lost") attempts.lost += 1;
    else if (kind !== undefined) attempts.counted += 1;
    found.set(electron_id, attempts);
  }
  return found;
}
