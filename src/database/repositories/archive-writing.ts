import { hash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { ArchiveAsset, ArchiveDispatch, ArchiveEdge, ArchiveNode } from "../../model/archive.ts";
import { CovalentError } from "../../model/errors.ts";
import { isTerminal } from "../../model/status.ts";
import type { AssetRow, AttemptRow, ElectronRow, LatticeRow, Tables } from "../tables.ts";
import type { AssetOwner } from "../writer/asset-statements.ts";
import { prepare } from "../writer/prepare.ts";
import { prepareRow } from "../writer/prepare-row.ts";
import { prepareRegistration, type RegistrationStatements } from "../writer/registration-statements.ts";
import type { Statement } from "../writer/unit.ts";
import { RefusedUnit } from "../writer/writer.ts";
import type { ArchiveImport } from "./archive-repository.ts";
import { toStatus } from "./node-columns.ts";
import type { RegistrationOptions } from "./registration.ts";
import { removeDispatch } from "./remove-dispatch.ts";
import { WritesInFlight } from "./writes-in-flight.ts";

const WRITES_AT_ONCE = 4;

/** A dispatch whose records are arriving. */
interface Arriving {
  readonly record: ArchiveDispatch;
  readonly lattice: number;
  readonly firstElectron: number;
  readonly firstJob: number;
  readonly firstLink: number;
  nodes: number;
  edges: number;
}

/** Stores dispatches of an archive: see {@link ArchiveImport}. */
export function createImports(options: RegistrationOptions): () => ArchiveImport {
  const statements = prepareImport(options.db);
  return () => beginImport(options, statements);
}

interface ImportStatements extends RegistrationStatements {
  attempt(row: Omit<AttemptRow, "id">): Statement;
  /** Makes all of them visible, given as a JSON list of their rows. */
  show(values: { readonly rows: string }): Statement;
}

function prepareImport(db: Kysely<Tables>): ImportStatements {
  return {
    ...prepareRegistration(db),
    attempt: prepareRow<Omit<AttemptRow, "id">>(db, "attempts", ATTEMPT_COLUMNS),
    show: prepare((value) =>
      db
        .updateTable("lattices")
        .set({ registering: null, is_active: 1 })
        .where("registering", "=", 1)
        .where("id", "in", sql<number>`(SELECT value FROM json_each(${value("rows")}))`),
    ),
  };
}

function beginImport({ db, writer, ids }: RegistrationOptions, statements: ImportStatements): ArchiveImport {
  const arrived = new Map<string, Arriving>();
  let current: Arriving | undefined;
  const writes = new WritesInFlight(WRITES_AT_ONCE);
  const write = (rows: readonly Statement[]) =>
    writes.add(() => writer.write({ statements: rows, events: [] }));

  const asset = (owner: AssetOwner, row: number, record: ArchiveAsset, what: string): Statement[] => {
    const id = ids.reserve("assets", 1);
    return [
      statements.assets.insert(assetRow(id, record, what)),
      statements.assets.link(owner, row, id, record.key),
    ];
  };

  return {
    async dispatch(record) {
      checkComplete(current);
      const parentNode = parentOf(record, arrived);
      current = {
        record,
        lattice: ids.reserve("lattices", 1),
        firstElectron: ids.reserve("electrons", record.nodes),
        firstJob: ids.reserve("jobs", record.nodes),
        firstLink: ids.reserve("electron_dependency", record.edges),
        nodes: 0,
        edges: 0,
      };
      const { lattice } = current;
      const root = arrived.keys().next().value ?? record.dispatch_id;
      arrived.set(record.dispatch_id, current);
      const insert = statements.lattice(latticeRow(current, parentNode, root));
      // Alone: an id that is taken is told before anything else is looked at.
      await writer.write({ statements: [insert], events: [] }).catch((error: unknown) => {
        arrived.delete(record.dispatch_id);
        throw takenError(error, record.dispatch_id);
      });
      const bundles = record.bundles.map((bundle) => statements.bundle({ lattice_id: lattice, ...bundle }));
      const what = (key: string) => `asset ${key} of dispatch ${record.dispatch_id}`;
      await write([
        ...bundles,
        ...record.assets.flatMap((each) => asset("lattice", lattice, each, what(each.key))),
      ]);
    },
    async nodes(records) {
      const into = opened(current);
      const rows = records.flatMap((record) => {
        const row = electronRow(record, into);
        const what = (key: string) => `asset ${key} of node ${record.id} of ${into.record.dispatch_id}`;
        into.nodes += 1;
        return [
          statements.job({ id: row.job_id, cancel_requested: 0, job_handle: "null", status: row.status }),
          statements.electron(row),
          ...record.assets.flatMap((each) => asset("electron", row.id, each, what(each.key))),
          // Where it ran means nothing here: nobody will look for it.
          ...record.attempts.map((attempt) =>
            statements.attempt({ electron_id: row.id, handle: "null", ...attempt }),
          ),
        ];
      });
      await write(rows);
    },
    async edges(records) {
      const into = opened(current);
      await write(records.map((record) => statements.edge(edgeRow(record, into))));
    },
    async finish() {
      checkComplete(current);
      await writes.settle();
      const all = [...arrived.values()];
      const [first] = all;
      if (first === undefined) throw invalid("it holds no dispatch");
      const rows = JSON.stringify(all.map(({ lattice }) => lattice));
      const { dispatch_id: dispatchId, status } = first.record;
      // One statement: whatever happens, all of them are seen or none.
      await writer.write({
        statements: [{ ...statements.show({ rows }), mustChange: all.length }],
        events: [{ at: Date.now(), dispatchId, status: toStatus(status) }],
      });
    },
    async abort() {
      await writes.end();
      for (const { lattice } of arrived.values()) await removeDispatch(db, writer, lattice);
    },
  };
}

/** The row of the node that it is. */
function parentOf(
  { dispatch_id: dispatchId, parent }: ArchiveDispatch,
  arrived: ReadonlyMap<string, Arriving>,
): number | null {
  if (arrived.has(dispatchId)) throw invalid(`dispatch ${dispatchId} is in it twice`);
  if (parent === null) {
    if (arrived.size > 0) throw invalid(`dispatch ${dispatchId} belongs to no other in it`);
    return null;
  }
  const outer = arrived.get(parent.dispatch_id);
  if (outer === undefined || parent.node >= outer.record.nodes) {
    throw invalid(
      `dispatch ${dispatchId} is node ${parent.node} of ${parent.dispatch_id}, which is not in it`,
    );
  }
  return outer.firstElectron + parent.node;
}

function opened(current: Arriving | undefined): Arriving {
  if (current === undefined) throw invalid("it does not begin with a dispatch");
  return current;
}

function checkComplete(current: Arriving | undefined): void {
  if (current === undefined) return;
  const { record, nodes, edges } = current;
  if (nodes === record.nodes && edges === record.edges) return;
  throw invalid(
    `dispatch ${record.dispatch_id} should have ${record.nodes} nodes and ${record.edges} edges, and has ${nodes} and ${edges}`,
  );
}

function latticeRow({ record, ...place }: Arriving, parentNode: number | null, root: string): LatticeRow {
  const {
    kind: _kind,
    parent: _parent,
    nodes,
    edges: _edges,
    completed,
    bundles: _b,
    assets: _a,
    ...rest
  } = record;
  // What has not ended would be taken up by the next server, and run here.
  if (record.language !== null && !isTerminal(record.status)) {
    throw invalid(`dispatch ${record.dispatch_id} is ${record.status}: only what has ended is exported`);
  }
  const isOurs = record.language !== null;
  return {
    ...rest,
    id: place.lattice,
    electron_id: parentNode,
    electron_num: nodes,
    completed_electron_num: Math.min(completed, nodes),
    is_active: 0,
    root_dispatch_id: root,
    first_electron_id: isOurs ? place.firstElectron : null,
    first_link_id: isOurs ? place.firstLink : null,
    registering: 1,
    cancel_requested: null,
    paused: null,
    idempotency_key: null,
  };
}

function electronRow(
  { kind: _kind, id, assets: _assets, attempts: _attempts, ...rest }: ArchiveNode,
  { record, nodes: place, ...into }: Arriving,
): ElectronRow {
  const where = `node ${id} of dispatch ${record.dispatch_id}`;
  if (place >= record.nodes) throw invalid(`${where} is one more than there should be`);
  if (record.language !== null && id !== place) throw invalid(`${where} stands where node ${place} should`);
  const group = rest.task_group_id >= 0 && rest.task_group_id < record.nodes ? rest.task_group_id : place;
  return {
    ...rest,
    id: into.firstElectron + place,
    parent_lattice_id: into.lattice,
    transport_graph_node_id: id,
    is_active: 1,
    job_id: into.firstJob + group,
    retry_at: null,
    retry_delay_ms: null,
  };
}

function edgeRow({ kind: _kind, source, target, ...rest }: ArchiveEdge, into: Arriving) {
  const { record } = into;
  const where = `the edge ${source} -> ${target} of dispatch ${record.dispatch_id}`;
  if (into.nodes < record.nodes) throw invalid(`${where} stands before its nodes`);
  if (into.edges >= record.edges) throw invalid(`${where} is one more than there should be`);
  if (source >= record.nodes || target >= record.nodes)
    throw invalid(`${where} names a node that is not there`);
  const id = into.firstLink + into.edges;
  into.edges += 1;
  return {
    ...rest,
    id,
    electron_id: into.firstElectron + target,
    parent_electron_id: into.firstElectron + source,
    is_active: 1,
    created_at: record.created_at,
  };
}

function assetRow(id: number, record: ArchiveAsset, what: string): AssetRow {
  const { digest, content: encoded } = record;
  const content = encoded === undefined ? null : Buffer.from(encoded, "base64");
  if (content !== null && hash("sha256", content) !== digest) {
    throw invalid(`the bytes of ${what} do not have the digest that is told of them`);
  }
  return {
    id,
    storage_type: content !== null ? "inline" : digest === null ? "pending" : "store",
    storage_path: "",
    object_key: "",
    digest_alg: record.client_digest_alg,
    digest: record.client_digest,
    remote_uri: null,
    // What never came is not waited for.
    size: digest === null ? 0 : record.size,
    content_digest: digest,
    codec: record.codec,
    text: record.text,
    content,
  };
}

function takenError(error: unknown, dispatchId: string): unknown {
  if (!(error instanceof RefusedUnit)) return error;
  const reason = "it is here already, or is being imported";
  const advice = "`covalent show` tells whether it is the one that you mean; a deleted one is purged first.";
  return new CovalentError("ARCHIVE_CONFLICT", { dispatchId, reason, advice }, { cause: error });
}

function invalid(reason: string): CovalentError {
  return new CovalentError("ARCHIVE_INVALID", { reason });
}

const ATTEMPT_COLUMNS = [
  "electron_id",
  "number",
  "token",
  "executor",
  "handle",
  "placed_at",
  "started_at",
  "ended_at",
  "status",
  "failure",
] as const satisfies readonly (keyof AttemptRow)[];
