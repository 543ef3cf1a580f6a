import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";
import type { Ancestor } from "./dispatch-repository.ts";

/** Deeper than sublattices are nested: a damaged database may have circles. */
const DEEPEST = 1_000;

/** The dispatches in which a dispatch is a sublattice, outermost first. */
export async function readAncestors(db: Kysely<Tables>, dispatchId: string): Promise<Ancestor[]> {
  const ancestors: Ancestor[] = [];
  for (let child = dispatchId; ancestors.length < DEEPEST; ) {
    const row = await db
      .selectFrom("lattices as sub")
      .innerJoin("electrons as node", "node.id", "sub.electron_id")
      .innerJoin("lattices as parent", "parent.id", "node.parent_lattice_id")
      .select(["parent.dispatch_id", "parent.name", "node.transport_graph_node_id"])
      .where("sub.dispatch_id", "=", child)
      .executeTakeFirst();
    if (row === undefined || ancestors.some(({ dispatchId }) => dispatchId === row.dispatch_id)) break;
    ancestors.unshift({
      dispatchId: row.dispatch_id,
      name: row.name,
      nodeId: row.transport_graph_node_id,
    });
    child = row.dispatch_id;
  }
  return ancestors;
}
