import type { Kysely } from "kysely";
import { CovalentError } from "../../model/errors.ts";
import type { Asset, ManifestHeader, ManifestLink, ManifestNode } from "../../model/manifest.ts";
import { sharedBytes } from "../../model/shared-bytes.ts";
import type { AssetRow, LatticeRow, Tables } from "../tables.ts";
import { datetimeOfIso, toDatetime } from "../times.ts";
import type { Ids } from "../writer/ids.ts";
import { assetOfManifest, isEmptyAsset } from "../writer/manifest-asset.ts";
import {
  edgeRow,
  electronRow,
  type NodePlace,
  prepareRegistration,
  type RegistrationStatements,
} from "../writer/registration-statements.ts";
import type { NewEvent, Statement } from "../writer/unit.ts";
import { RefusedUnit, type Writer } from "../writer/writer.ts";
import type { DispatchRepository, Registration, RegistrationStart } from "./dispatch-repository.ts";
import { GraphBeingRegistered } from "./registered-graph.ts";
import { removeDispatch } from "./remove-dispatch.ts";
import { takeOver } from "./take-over.ts";
import { createReplacing, type Replacement } from "./unbegun.ts";
import { WritesInFlight } from "./writes-in-flight.ts";

export interface RegistrationOptions {
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
  readonly ids: Ids;
}

/** Nodes in one commit: about 10 ms on the event loop. */
const NODES_PER_COMMIT = 200;
const LINKS_PER_COMMIT = 1_000;
/** A small dispatch is written in one transaction, a large one does not pile up. */
const WRITES_AT_ONCE = 4;

const NOTHING: Replacement = { statements: [], events: [] };

interface Stored extends NodePlace {
  readonly start: RegistrationStart;
  readonly firstLink: number;
  readonly graph: GraphBeingRegistered;
  /** The rows of what will come once for many nodes. */
  readonly shared: Map<string, number>;
  nodes: number;
  links: number;
}

/** Stores dispatches: see {@link Registration}. */
export function createRegistrations(options: RegistrationOptions): DispatchRepository["beginRegistration"] {
  const statements = prepareRegistration(options.db);
  const replacing = createReplacing(options.db);
  return async (start) => {
    const { parentNode } = start;
    const replaced = parentNode === undefined ? NOTHING : await replacing(parentNode);
    const stored = reserve(options.ids, start);
    const rows = [
      ...replaced.statements,
      statements.lattice(latticeRow(start, stored)),
      ...start.header.bundles.map(({ digest, size, externals }) =>
        statements.bundle({ lattice_id: stored.lattice, digest, size, externals: JSON.stringify(externals) }),
      ),
      ...headerAssets(statements, options.ids, start.header, stored),
    ];
    const writes = new WritesInFlight(WRITES_AT_ONCE);
    await writes.add(() => write(options.writer, stored, rows, replaced.events));
    return registration(options, statements, stored, writes);
  };
}

function registration(
  options: RegistrationOptions,
  statements: RegistrationStatements,
  stored: Stored,
  writes: WritesInFlight,
): Registration {
  const { db, writer, ids } = options;
  const { start } = stored;
  return {
    async nodes(slice) {
      for (const nodes of chunks(slice, NODES_PER_COMMIT)) {
        const rows: NodeRows = { jobs: [], electrons: [], assets: [], links: [] };
        for (const node of nodes) addNode(rows, statements, ids, checkedNode(node, stored), stored);
        // By table: rows of one kind behind one another are inserted together.
        const all = [...rows.jobs, ...rows.electrons, ...rows.assets, ...rows.links];
        await writes.add(() => write(writer, stored, all));
        stored.nodes += nodes.length;
      }
    },
    async links(slice) {
      for (const links of chunks(slice, LINKS_PER_COMMIT)) {
        const first = stored.firstLink + stored.links;
        const rows = links.map((link, index) => {
          stored.graph.addLink(checkedLink(link, stored));
          return statements.edge(edgeRow(first + index, link, stored));
        });
        await writes.add(() => write(writer, stored, rows));
        stored.links += links.length;
      }
    },
    written: () => writes.settle(),
    get graph() {
      return stored.graph.graph;
    },
    async finish() {
      if (stored.nodes !== start.nodeCount || stored.links !== start.linkCount) {
        throw invalid(
          `${start.nodeCount} nodes and ${start.linkCount} links were announced, ${stored.nodes} and ${stored.links} came`,
        );
      }
      // Behind all the others, in their stream: where one of them was refused, so is this.
      const visible = makeVisible(writer, statements, stored.lattice);
      const [written, made] = await Promise.allSettled([writes.settle(), visible]);
      if (written.status === "rejected") throw written.reason;
      if (made.status === "rejected") throw made.reason;
      return made.value;
    },
    async takeOver(given) {
      stored.graph.forget();
      await writes.settle();
      return takeOver({ db, writer }, stored, given);
    },
    async abort() {
      await writes.end();
      await removeDispatch(db, writer, stored.lattice);
    },
  };
}

/** False when another dispatch that is visible has its idempotency key. */
export async function makeVisible(
  writer: Writer,
  statements: RegistrationStatements,
  row: number,
): Promise<boolean> {
  const finish = statements.finish({ row, at: toDatetime(Date.now()) });
  try {
    await writer.write({ stream: row, statements: [{ ...finish, mustChange: 1 }], events: [] });
    return true;
  } catch (error) {
    if (error instanceof RefusedUnit && error.outcome.kind === "unchanged") return false;
    throw error;
  }
}

/** Keys for everything that is to come, each kind consecutive. */
function reserve(ids: Ids, start: RegistrationStart): Stored {
  const firstJob = ids.reserve("jobs", start.nodeCount);
  return {
    start,
    lattice: ids.reserve("lattices", 1),
    firstElectron: ids.reserve("electrons", start.nodeCount),
    firstJob,
    graph: new GraphBeingRegistered(start, firstJob),
    firstLink: ids.reserve("electron_dependency", start.linkCount),
    at: toDatetime(Date.now()),
    shared: new Map(),
    nodes: 0,
    links: 0,
  };
}

function latticeRow({ header, ...start }: RegistrationStart, stored: Stored): LatticeRow {
  const { metadata } = header.lattice;
  return {
    id: stored.lattice,
    dispatch_id: start.dispatchId,
    electron_id: start.parentNode ?? null,
    name: metadata.name,
    status: header.metadata.status,
    electron_num: start.nodeCount,
    completed_electron_num: 0,
    is_active: 0,
    created_at: stored.at,
    updated_at: stored.at,
    started_at: datetimeOfIso(header.metadata.start_time),
    completed_at: datetimeOfIso(header.metadata.end_time),
    executor: metadata.executor,
    executor_data: JSON.stringify(metadata.executor_data),
    workflow_executor: metadata.workflow_executor,
    workflow_executor_data: JSON.stringify(metadata.workflow_executor_data),
    root_dispatch_id: start.rootDispatchId,
    python_version: metadata.python_version ?? null,
    covalent_version: metadata.covalent_version ?? null,
    language: metadata.language,
    bundle: metadata.bundle ?? null,
    lattice: metadata.lattice ?? null,
    workdir: metadata.workdir ?? null,
    project_root: metadata.project_root ?? null,
    tags: metadata.tags === undefined ? null : JSON.stringify(metadata.tags),
    reason: header.metadata.reason ?? null,
    first_electron_id: stored.firstElectron,
    first_link_id: stored.firstLink,
    registering: 1,
    cancel_requested: null,
    paused: null,
    priority: metadata.priority ?? null,
    deadline_ms: metadata.deadline_ms ?? null,
    idempotency_key: header.metadata.idempotency_key ?? null,
    redispatch_of: header.metadata.redispatch_of ?? null,
  };
}

function headerAssets(
  { assets }: RegistrationStatements,
  ids: Ids,
  header: ManifestHeader,
  stored: Stored,
): Statement[] {
  return present({ ...header.lattice.assets, ...header.assets }).flatMap(([key, asset]) => {
    const id = ids.reserve("assets", 1);
    const what = `asset ${key} of dispatch ${stored.start.dispatchId}`;
    return [assets.insert(assetOfManifest(id, asset, what)), assets.link("lattice", stored.lattice, id, key)];
  });
}

/** The rows of some nodes. */
interface NodeRows {
  readonly jobs: Statement[];
  readonly electrons: Statement[];
  readonly assets: Statement[];
  readonly links: Statement[];
}

function addNode(
  rows: NodeRows,
  { assets, ...statements }: RegistrationStatements,
  ids: Ids,
  node: ManifestNode,
  stored: Stored,
): void {
  const row = electronRow(node, stored);
  rows.jobs.push(
    statements.job({ id: row.job_id, cancel_requested: 0, job_handle: "null", status: row.status }),
  );
  rows.electrons.push(statements.electron(row));
  // A parameter is its value: nothing runs that could put it out.
  const outputKey = row.type === "parameter" && node.assets.output == null ? "value" : "output";
  let output: AssetRow | undefined;
  for (const [key, asset] of present(node.assets)) {
    const shared = sharedBytes(key, asset);
    const known = shared === undefined ? undefined : stored.shared.get(shared);
    const id = known ?? ids.reserve("assets", 1);
    const what = `asset ${key} of node ${node.id} of dispatch ${stored.start.dispatchId}`;
    const assetRow = assetOfManifest(id, asset, what);
    if (known === undefined) rows.assets.push(assets.insert(assetRow));
    if (shared !== undefined) stored.shared.set(shared, id);
    rows.links.push(assets.link("electron", row.id, id, key));
    if (key !== outputKey) continue;
    output = assetRow;
    if (key !== "output") rows.links.push(assets.link("electron", row.id, id, "output"));
  }
  stored.graph.addNode(row, output);
}

function present(assets: Readonly<Record<string, Asset | null | undefined>>): [string, Asset][] {
  return Object.entries(assets).flatMap(([key, asset]) =>
    asset == null || isEmptyAsset(asset) ? [] : [[key, asset] satisfies [string, Asset]],
  );
}

function checkedNode(node: ManifestNode, { start }: Stored): ManifestNode {
  const taskGroup = node.metadata.task_group_id ?? node.id;
  if (node.id >= start.nodeCount || taskGroup >= start.nodeCount) {
    throw invalid(
      `node ${node.id} (task group ${taskGroup}) is not among the ${start.nodeCount} nodes announced`,
    );
  }
  return node;
}

function checkedLink(link: ManifestLink, { start, links }: Stored): ManifestLink {
  if (links >= start.linkCount) throw invalid(`more than the ${start.linkCount} links announced came`);
  if (link.source >= start.nodeCount || link.target >= start.nodeCount) {
    throw invalid(`the link ${link.source} -> ${link.target} names a node that does not exist`);
  }
  return link;
}

/** Two refusals are the client's fault: an id that is taken, and a node that came twice. Others are ours. */
async function write(
  writer: Writer,
  { start, lattice: stream }: Pick<Stored, "start" | "lattice">,
  statements: readonly Statement[],
  events: readonly NewEvent[] = [],
): Promise<void> {
  try {
    await writer.write({ stream, statements, events });
  } catch (error) {
    if (!(error instanceof RefusedUnit)) throw error;
    if (error.message.includes("lattices.dispatch_id")) {
      throw new CovalentError("INVALID_ARGUMENT", { reason: `dispatch ${start.dispatchId} exists already` });
    }
    if (!/\b(electrons|jobs)\.id\b/.test(error.message)) throw error;
    throw new CovalentError("INVALID_MANIFEST", { reason: "a node came twice" }, { cause: error });
  }
}

function invalid(reason: string): CovalentError {
  return new CovalentError("INVALID_MANIFEST", { reason });
}

function* chunks<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
