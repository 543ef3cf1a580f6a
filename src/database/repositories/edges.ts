import { type Kysely, sql } from "kysely";
import type { StoredEdge } from "../../model/change.ts";
import type { LatticeRow, Tables } from "../tables.ts";
import { toText, toWhole } from "./old-values.ts";
import { repeated } from "./repeated.ts";

/** What of a row of `lattices` says where its edges are. */
export const EDGE_PLACE = ["id", "first_link_id", "first_electron_id", "electron_num"] as const;

/** Where the edges of a dispatch are. */
export interface EdgePlace {
  readonly lattice: number;
  /** The first of their consecutive keys; `null` for what the original wrote. */
  readonly firstLink: number | null;
  /** The same of the nodes. */
  readonly firstElectron: number | null;
  readonly nodeCount: number;
}

export function edgePlace(row: Pick<LatticeRow, (typeof EDGE_PLACE)[number]>): EdgePlace {
  const { id: lattice, first_link_id: firstLink, first_electron_id: firstElectron, electron_num } = row;
  return { lattice, firstLink, firstElectron, nodeCount: electron_num };
}

/** Up to `limit` edges behind the first `offset`, in the order in which they were registered. */
export async function readEdges(
  db: Kysely<Tables>,
  { lattice, firstLink, firstElectron, nodeCount }: EdgePlace,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<StoredEdge[]> {
  if (firstLink === null || firstElectron === null) return readOldEdges(db, lattice, { offset, limit });
  const rows = await db
    .selectFrom("electron_dependency as edge")
    .select(["edge.parent_electron_id as source", "edge.electron_id as target"])
    .select(["edge.edge_name as name", "edge.parameter_type as parameter", "edge.arg_index as index"])
    .where("edge.id", ">=", firstLink + offset)
    .where("edge.id", "<", firstLink + offset + limit)
    // Behind its last edge come those of the next dispatch. The plus keeps SQLite from looking at all of a node's edges instead.
    .where(sql<number>`+${sql.ref("edge.electron_id")}`, ">=", firstElectron)
    .where(sql<number>`+${sql.ref("edge.electron_id")}`, "<", firstElectron + nodeCount)
    .orderBy("edge.id")
    .execute();
  const nameOf = repeated((text: string) => text);
  return rows.map(({ source, target, name, parameter, index }) => ({
    source: source - firstElectron,
    target: target - firstElectron,
    name: nameOf(name),
    parameter: toParameter(parameter),
    index,
  }));
}

/** Nodes of the original's dispatches have any keys, and its columns any values. */
async function readOldEdges(
  db: Kysely<Tables>,
  lattice: number,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<StoredEdge[]> {
  const rows = await db
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
    .where("target.parent_lattice_id", "=", lattice)
    .orderBy("edge.id")
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map((row) => ({
    source: toWhole(row.source) ?? -1,
    target: toWhole(row.target) ?? -1,
    name: toText(row.name),
    parameter: toParameter(row.parameter),
    index: toWhole(row.index),
  }));
}

export function toParameter(text: string | null): StoredEdge["parameter"] {
  if (text === "arg") return "arg";
  return text === "kwarg" ? "kwarg" : null;
}
