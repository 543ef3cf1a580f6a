import { setImmediate as nextTurn } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";
import type { PendingAssets } from "./asset-repository.ts";
import { toText } from "./old-values.ts";

/** Nodes that are looked at in one query: a few milliseconds on the event loop. */
const NODES_PER_QUERY = 1_000;

/** The assets of a dispatch whose bytes were promised and have not come: its own first, then those of its nodes in order. */
export async function pendingAssets(db: Kysely<Tables>, dispatchId: string): Promise<PendingAssets> {
  const lattice = await db
    .selectFrom("lattices")
    .select(["id", "electron_num"])
    .where("dispatch_id", "=", dispatchId)
    .executeTakeFirst();
  if (lattice === undefined) return { count: 0, first: undefined };
  const own = await ofLattice(db, lattice.id);
  let count = own.length;
  let first: PendingAssets["first"] = own[0];
  for (let from = 0; from < lattice.electron_num; from += NODES_PER_QUERY) {
    const found = await ofNodes(db, lattice.id, from);
    count += found.length;
    first ??= found[0];
    await nextTurn();
  }
  return { count, first };
}

async function ofLattice(db: Kysely<Tables>, lattice: number) {
  const rows = await db
    .selectFrom("lattice_assets as link")
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .select("link.key")
    .where("link.meta_id", "=", lattice)
    .where("asset.storage_type", "=", "pending")
    .where("asset.size", ">", 0)
    .orderBy("link.id")
    .execute();
  return rows.map(({ key }) => ({ nodeId: null, key: toText(key) }));
}

async function ofNodes(db: Kysely<Tables>, lattice: number, from: number) {
  const rows = await db
    .selectFrom("electrons as electron")
    .innerJoin("electron_assets as link", "link.meta_id", "electron.id")
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .select(["electron.transport_graph_node_id as nodeId", "link.key"])
    .where("electron.parent_lattice_id", "=", lattice)
    .where("electron.transport_graph_node_id", ">=", from)
    .where("electron.transport_graph_node_id", "<", from + NODES_PER_QUERY)
    .where("asset.storage_type", "=", "pending")
    .where("asset.size", ">", 0)
    .orderBy("electron.transport_graph_node_id")
    .orderBy("link.id")
    .execute();
  return rows.map(({ nodeId, key }) => ({ nodeId, key: toText(key) }));
}
