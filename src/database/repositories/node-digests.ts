import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";
import type { NodeDigests, PagePlace } from "./dispatch-repository.ts";
import { toText } from "./old-values.ts";

/** What nodes ran and put out, by digest. */
export async function nodeDigests(
  db: Kysely<Tables>,
  dispatchId: string,
  { after, limit }: PagePlace,
): Promise<NodeDigests[]> {
  const lattice = db
    .selectFrom("lattices")
    .select("id")
    .where("dispatch_id", "=", dispatchId)
    .where("is_active", "=", 1);
  const rows = await db
    .selectFrom("electrons as node")
    .select(["node.id as row", "node.transport_graph_node_id as id", "node.code_digest as code"])
    .where("node.parent_lattice_id", "=", lattice)
    .where("node.transport_graph_node_id", ">", after)
    .orderBy("node.transport_graph_node_id")
    .limit(limit)
    .execute();
  const outputs = await outputDigests(
    db,
    rows.map(({ row }) => row),
  );
  return rows.map(({ row, id, code }) => ({ id, code, output: outputs.get(row) ?? null }));
}

/** Of the original's files nobody knows more than its own digest. */
async function outputDigests(db: Kysely<Tables>, nodes: readonly number[]): Promise<Map<number, string>> {
  if (nodes.length === 0) return new Map();
  const rows = await db
    .selectFrom("electron_assets as link")
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .select((eb) => ["link.meta_id", eb.fn.coalesce("asset.content_digest", "asset.digest").as("digest")])
    .where("link.meta_id", "in", nodes)
    .where("link.key", "=", "output")
    .orderBy("link.id")
    .execute();
  return new Map(rows.flatMap(({ meta_id, digest }) => (digest === null ? [] : [[meta_id, toText(digest)]])));
}
