import { type Kysely, sql } from "kysely";
import type { StoredEdge } from "../../model/change.ts";
import type { Tables } from "../tables.ts";
import { toText, toWhole } from "./old-values.ts";

/** Where the edges of a dispatch are. */
export interface EdgePlace {
  readonly lattice: number;
  /** The first of their consecutive keys; `null` for what the original wrote. */
  readonly firstLink: number | null;
}

/** Up to `limit` edges behind the first `offset`, in the order in which they were registered. */
export async function readEdges(
  db: Kysely<Tables>,
  { lattice, firstLink }: EdgePlace,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<StoredEdge[]> {
  const query = db
    .selectFrom("electron_dependency as edge")
    .innerJoin("electrons as target", "target.id", "edge.electron_id")
    .innerJoin("electrons as source", "source.id", "edge.parent_electron_id")
    .select([
      "source.transport_graph_node_id as source",
      "target.transport_graph_node_id as target",
      "edge.edge_name as name",
      "edge.parameter_type as parameter",
      "edge.arg_index as index",
    ])
    .orderBy("edge.id");
  const page =
    firstLink === null
      ? query.where("target.parent_lattice_id", "=", lattice).limit(limit).offset(offset)
      : query
          .where("edge.id", ">=", firstLink + offset)
          .where("edge.id", "<", firstLink + offset + limit)
          // Behind its last edge come those of the next dispatch. The plus keeps SQLite from looking at all nodes instead.
          .where(sql<number>`+${sql.ref("target.parent_lattice_id")}`, "=", lattice);
  const rows = await page.execute();
  return rows.map((row) => ({
    source: toWhole(row.source) ?? -1,
    target: toWhole(row.target) ?? -1,
    name: toText(row.name),
    parameter: toParameter(row.parameter),
    index: toWhole(row.index),
  }));
}

function toParameter(text: string | null): StoredEdge["parameter"] {
  return text === "arg" || text === "kwarg" ? text : null;
}
