import type { Kysely } from "kysely";
import { CovalentError } from "../../model/errors.ts";
import type { Tables } from "../tables.ts";
import { toDatetime } from "../times.ts";
import { prepare } from "../writer/prepare.ts";
import { RefusedUnit, type Writer } from "../writer/writer.ts";
import type { DispatchRepository, SublatticeNode } from "./dispatch-repository.ts";
import { createReplacing } from "./unbegun.ts";

/** Makes registered dispatches those of sublattice nodes. */
export function createLinking(db: Kysely<Tables>, writer: Writer): DispatchRepository["linkSubDispatch"] {
  const replacing = createReplacing(db);
  const link = prepareLink(db);
  return async ({ dispatchId, nodeId, subDispatchId }) => {
    const { node, rootDispatchId: root } = await sublatticeNode(db, dispatchId, nodeId);
    // Registered as that node's dispatch.
    if ((await linkedDispatch(db, node)) === subDispatchId) return;
    const { statements, events } = await replacing(node);
    const at = toDatetime(Date.now());
    const linked = { ...link({ node, root, subDispatchId, at }), mustChange: 1 };
    try {
      await writer.write({ statements: [...statements, linked], events });
    } catch (error) {
      if (!(error instanceof RefusedUnit && error.outcome.kind === "unchanged")) throw error;
      throw refused(`dispatch ${subDispatchId} does not exist, was started, or is another node's already`);
    }
  };
}

/** The row of a node that is being built. @throws {CovalentError} `INVALID_ARGUMENT` when it is not */
export async function sublatticeNode(
  db: Kysely<Tables>,
  dispatchId: string,
  nodeId: number,
): Promise<SublatticeNode> {
  const found = await nodeOf(db, dispatchId, nodeId);
  if (found?.status !== "RUNNING" || found.type !== "sublattice")
    throw refused(`node ${nodeId} of dispatch ${dispatchId} is no sublattice that is being built`);
  return { node: found.id, rootDispatchId: found.root_dispatch_id ?? dispatchId };
}

/** The dispatch that a sublattice's node is linked to. */
export async function linkedDispatch(db: Kysely<Tables>, node: number): Promise<string | undefined> {
  const row = await db
    .selectFrom("lattices")
    .select("dispatch_id")
    .where("electron_id", "=", node)
    .where("registering", "is", null)
    .executeTakeFirst();
  return row?.dispatch_id;
}

function nodeOf(db: Kysely<Tables>, dispatchId: string, nodeId: number) {
  return db
    .selectFrom("electrons as node")
    .innerJoin("lattices as lattice", "lattice.id", "node.parent_lattice_id")
    .select(["node.id", "node.status", "node.type", "lattice.root_dispatch_id"])
    .where("lattice.dispatch_id", "=", dispatchId)
    .where("lattice.language", "=", "python")
    .where("node.transport_graph_node_id", "=", nodeId)
    .executeTakeFirst();
}

/** Only one that has not begun, and that is nobody's yet: so a dispatch can never be a node of itself, however deep. */
function prepareLink(db: Kysely<Tables>) {
  return prepare<{ node: number; root: string; subDispatchId: string; at: string }>((value) =>
    db
      .updateTable("lattices")
      .set({ electron_id: value("node"), root_dispatch_id: value("root"), updated_at: value("at") })
      .where("dispatch_id", "=", value("subDispatchId"))
      .where("status", "=", "NEW_OBJECT")
      .where("language", "=", "python")
      .where("electron_id", "is", null)
      .where("registering", "is", null),
  );
}

function refused(reason: string): CovalentError {
  return new CovalentError("INVALID_ARGUMENT", { reason });
}
