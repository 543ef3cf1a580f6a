import type { Kysely } from "kysely";
import { isTerminal, STATUSES } from "../../model/status.ts";
import type { Tables } from "../tables.ts";
import { prepareAbandoning } from "../writer/abandon.ts";
import { prepareRelease } from "../writer/attempt-statements.ts";
import type { NewEvent, Statement } from "../writer/unit.ts";

const ENDED = STATUSES.filter(isTerminal);

/** What makes room for another dispatch of a node, to be committed with whatever comes in its place. */
export interface Replacement {
  readonly statements: readonly Statement[];
  readonly events: readonly NewEvent[];
}

/**
 * A node's dispatch gives its place to another one. One that was built and never begun (its builder was killed) is cancelled: nobody
 * would ever start it.
 */
export function createReplacing(db: Kysely<Tables>): (node: number) => Promise<Replacement> {
  const abandoning = prepareAbandoning(db);
  const release = prepareRelease(db);
  return async (node) => {
    const [dispatchId] = await unbegunDispatches(db, node);
    if (dispatchId === undefined) return { statements: [release({ node })], events: [] };
    const reason = "its sublattice is built again";
    const { statements, events } = abandoning.cancelUnstarted({ dispatchId, at: Date.now(), reason });
    return { statements: [...statements, release({ node })], events };
  };
}

/** The dispatch of this node when it has not begun; without a node, those of all nodes that have ended without them. */
export async function unbegunDispatches(db: Kysely<Tables>, node?: number): Promise<readonly string[]> {
  const unbegun = db
    .selectFrom("lattices as sub")
    .innerJoin("electrons as node", "node.id", "sub.electron_id")
    .select("sub.dispatch_id")
    .where("sub.status", "=", "NEW_OBJECT")
    .where("sub.language", "is not", null)
    .where("sub.registering", "is", null);
  const rows = await (node === undefined
    ? unbegun.where("node.status", "in", ENDED)
    : unbegun.where("node.id", "=", node)
  ).execute();
  return rows.map((row) => row.dispatch_id);
}
