import type { Kysely } from "kysely";
import type { SubDispatchState } from "../../model/change.ts";
import { POSTPROCESS } from "../../model/node.ts";
import type { Tables } from "../tables.ts";
import { toCodec, toSize, toStatus } from "./node-columns.ts";

/** How far a dispatch is, and what it returned. */
export async function readSubDispatch(
  db: Kysely<Tables>,
  dispatchId: string,
): Promise<SubDispatchState | undefined> {
  const row = await db
    .selectFrom("lattices")
    .select(["id", "status", "reason"])
    .where("dispatch_id", "=", dispatchId)
    .where("registering", "is", null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const status = toStatus(row.status);
  const result = status === "COMPLETED" ? await readResult(db, row.id) : null;
  return { dispatchId, status, reason: row.reason, result };
}

async function readResult(db: Kysely<Tables>, lattice: number): Promise<SubDispatchState["result"]> {
  const row = await db
    .selectFrom("electrons as electron")
    .innerJoin("electron_assets as link", "link.meta_id", "electron.id")
    .innerJoin("assets as output", "output.id", "link.asset_id")
    .select(["electron.id", "output.content_digest", "output.size", "output.codec"])
    .where("electron.parent_lattice_id", "=", lattice)
    .where(({ or, eb }) =>
      or([eb("electron.type", "=", "reconstruct"), eb("electron.name", "like", `${POSTPROCESS}%`)]),
    )
    .where("link.key", "=", "output")
    .orderBy("electron.transport_graph_node_id", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || row.content_digest === null) return null;
  const { content_digest: digest, size, codec } = row;
  return { node: row.id, payload: { digest, size: toSize(size) ?? 0, codec: toCodec(codec) } };
}
