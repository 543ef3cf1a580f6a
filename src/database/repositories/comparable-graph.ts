import { type Kysely, sql } from "kysely";
import { decidingOptions } from "../../graph/deciding-options.ts";
import type { ReuseEdge } from "../../graph/labelled-parents.ts";
import type { ReuseNode } from "../../graph/reuse-graph.ts";
import { isStructural } from "../../model/node.ts";
import type { Tables } from "../tables.ts";
import { HAS_RESULT } from "../writer/copy-statements.ts";
import type { LinkPage, PagePlace } from "./dispatch-repository.ts";
import { EDGE_PLACE, edgePlace, readEdges } from "./edges.ts";
import { toKey, toNodeType, toOptions } from "./node-columns.ts";
import { toText, toTextOrNull } from "./old-values.ts";

/** Nodes as reuse compares them. */
export async function comparableNodes(
  db: Kysely<Tables>,
  dispatchId: string,
  { after, limit }: PagePlace,
): Promise<ReuseNode[]> {
  const lattice = await latticeOf(db, dispatchId);
  if (lattice === undefined) return [];
  const isOurs = lattice.language === "typescript";
  const rows = await db
    .selectFrom("electrons as node")
    .leftJoin("electron_assets as link", (join) =>
      join.onRef("link.meta_id", "=", "node.id").on("link.key", "=", "value"),
    )
    .leftJoin("assets as value", "value.id", "link.asset_id")
    .select(["node.name", "node.type", "node.code_digest", "node.options", "node.key"])
    // The original's clients know a value by a digest of their own.
    .select((eb) =>
      isOurs
        ? eb.ref("value.content_digest").as("value")
        : eb.fn.coalesce("value.digest", "value.content_digest").as("value"),
    )
    .select(sql<number>`${HAS_RESULT}`.as("hasResult"))
    .select("node.status")
    .where("node.parent_lattice_id", "=", lattice.id)
    .where("node.transport_graph_node_id", ">", after)
    .orderBy("node.transport_graph_node_id")
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const type = isOurs ? toNodeType(row.type, row.name) : "function";
    return {
      name: toText(row.name),
      type,
      code: row.code_digest,
      value: toTextOrNull(row.value),
      key: toKey(row.key),
      options: row.options === null ? null : decidingOptions(toOptions(row.options)),
      // Structural nodes are never taken over, but what builds on them is.
      completed: row.hasResult === 1 || (isStructural(type) && row.status === "COMPLETED"),
    };
  });
}

export async function comparableEdges(
  db: Kysely<Tables>,
  dispatchId: string,
  page: LinkPage,
): Promise<readonly ReuseEdge[]> {
  const lattice = await latticeOf(db, dispatchId);
  return lattice === undefined ? [] : readEdges(db, edgePlace(lattice), page);
}

/** One that is being registered, too. */
function latticeOf(db: Kysely<Tables>, dispatchId: string) {
  return db
    .selectFrom("lattices")
    .select(["language", ...EDGE_PLACE])
    .where("dispatch_id", "=", dispatchId)
    .executeTakeFirst();
}
