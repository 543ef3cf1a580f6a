import type { Kysely } from "kysely";
import type { StoredEdge } from "../../model/change.ts";
import type { Tables } from "../tables.ts";

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
      : // These keys belong to this dispatch alone; naming it too would lead SQLite to look at all its nodes.
        query.where("edge.id", ">=", firstLink + offset).where("edge.id", "<", firstLink + offset + limit);
  const rows = await page.execute();
  return rows.map((row) => ({ ...row, parameter: toParameter(row.parameter) }));
}

function toParameter(text: string | null): StoredEdge["parameter"] {
  return text === "arg" || text === "kwarg" ? text : null;
}
