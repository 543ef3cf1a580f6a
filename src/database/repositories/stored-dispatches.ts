import type { Kysely } from "kysely";
import type { Failure } from "../../model/failure.ts";
import type { Tables } from "../tables.ts";
import { readAncestors } from "./ancestors.ts";
import { comparableEdges, comparableNodes } from "./comparable-graph.ts";
import type { AttemptLog, AttemptRecord, DispatchFilter, DispatchRepository } from "./dispatch-repository.ts";
import { countByStatus, listDispatches, readSummary } from "./dispatch-summaries.ts";
import { parseJson } from "./json.ts";
import { readHeader, readLinks, readNodeStates, readNodes } from "./manifest-reading.ts";
import { nodeDigests } from "./node-digests.ts";
import { createRegistrations, type RegistrationOptions } from "./registration.ts";
import { createRepetitions } from "./repetition.ts";
import { createLinking, sublatticeNode } from "./sub-dispatch-links.ts";

export interface DispatchRepositoryOptions extends RegistrationOptions {
  /** For reading what goes through many rows. */
  readonly bulk: Kysely<Tables>;
  /** The number of the last event that was committed. */
  readonly latestEvent: () => number;
}

export function createDispatchRepository(options: DispatchRepositoryOptions): DispatchRepository {
  const { db, bulk, latestEvent } = options;
  // Even what an index has in order is counted, and skipped over as far as the page.
  const readerOf = ({ dispatchIds }: DispatchFilter) => (dispatchIds === undefined ? bulk : db);
  return {
    beginRegistration: createRegistrations(options),
    repeat: createRepetitions(options),
    linkSubDispatch: createLinking(db, options.writer),
    sublatticeNode: (dispatchId, nodeId) => sublatticeNode(db, dispatchId, nodeId),
    comparableNodes: (dispatchId, page) => comparableNodes(db, dispatchId, page),
    comparableEdges: (dispatchId, page) => comparableEdges(db, dispatchId, page),
    withKey: (idempotencyKey) => dispatchWithKey(db, idempotencyKey),
    // The number is taken before anything is read: what is read can be newer than it says, never older.
    list: (query) => listDispatches(readerOf(query), query, latestEvent()),
    statusCounts: (query) => countByStatus(readerOf(query), query),
    summary: (dispatchId) => readSummary(db, dispatchId, latestEvent()),
    ancestors: (dispatchId) => readAncestors(db, dispatchId),
    header: (dispatchId) => readHeader(db, dispatchId, latestEvent()),
    nodes: (dispatchId, page) => readNodes(db, dispatchId, page),
    nodeStates: (dispatchId, page) => readNodeStates(db, dispatchId, page),
    nodeDigests: (dispatchId, page) => nodeDigests(db, dispatchId, page),
    links: (dispatchId, page) => readLinks(db, dispatchId, page),
    attempts: (dispatchId, nodeId) => readAttempts(db, dispatchId, nodeId),
  };
}

async function dispatchWithKey(db: Kysely<Tables>, idempotencyKey: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("lattices")
    .select("dispatch_id")
    .where("idempotency_key", "=", idempotencyKey)
    .where("registering", "is", null)
    .executeTakeFirst();
  return row?.dispatch_id;
}

async function readAttempts(
  db: Kysely<Tables>,
  dispatchId: string,
  nodeId: number,
): Promise<AttemptRecord[]> {
  const rows = await db
    .selectFrom("attempts as attempt")
    .innerJoin("electrons as electron", "electron.id", "attempt.electron_id")
    .innerJoin("lattices as lattice", "lattice.id", "electron.parent_lattice_id")
    .selectAll("attempt")
    .where("lattice.dispatch_id", "=", dispatchId)
    .where("electron.transport_graph_node_id", "=", nodeId)
    .orderBy("attempt.id")
    .execute();
  const logs = await readLogs(db, rows[0]?.electron_id);
  return rows.map((row) => ({
    number: row.number,
    token: row.token,
    executor: row.executor,
    handle: parseJson(row.handle),
    status: row.status as AttemptRecord["status"],
    placedAt: row.placed_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    failure: (parseJson(row.failure) as Failure | undefined) ?? null,
    stdout: logs.get(`stdout:${row.number}`) ?? null,
    stderr: logs.get(`stderr:${row.number}`) ?? null,
  }));
}

/** The logs of a node's attempts, by their names (`stdout:1`). */
async function readLogs(db: Kysely<Tables>, electron: number | undefined): Promise<Map<string, AttemptLog>> {
  if (electron === undefined) return new Map();
  const rows = await db
    .selectFrom("electron_assets as link")
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .select(["link.key", "asset.content_digest", "asset.size"])
    .where("link.meta_id", "=", electron)
    .where("link.key", "like", "std%:%")
    .execute();
  return new Map(rows.map((row) => [row.key, { digest: row.content_digest ?? "", size: Number(row.size) }]));
}
