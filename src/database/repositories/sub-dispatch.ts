import type { Kysely } from "kysely";
import type { SubDispatchState } from "../../model/change.ts";
import { POSTPROCESS } from "../../model/node.ts";
import type { Tables } from "../tables.ts";
import { toCodec, toSize, toStatus } from "./node-columns.ts";

/** A reason grows with each sublattice that it is handed up through; of more than this the middle is left out. */
const REASON_LIMIT = 4_000;
const LEFT_OUT = " [...] ";

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
  const reason = status === "FAILED" ? await explained(db, row.id, row.reason) : row.reason;
  return { dispatchId, status, reason, result };
}

/** With the reason of the node that a dispatch's reason names first: what really happened may be many sublattices below. */
async function explained(db: Kysely<Tables>, lattice: number, reason: string | null): Promise<string | null> {
  const named = /^\d+ nodes? failed: .*?\(node (\d+)\)/.exec(reason ?? "")?.[1];
  if (named === undefined) return reason;
  const node = await db
    .selectFrom("electrons")
    .select("reason")
    .where("parent_lattice_id", "=", lattice)
    .where("transport_graph_node_id", "=", Number(named))
    .executeTakeFirst();
  return shortened([reason, node?.reason].filter(Boolean).join(": "));
}

/** Where it began, and what really happened: that is at its end. */
function shortened(reason: string): string {
  if (reason.length <= REASON_LIMIT) return reason;
  const part = (REASON_LIMIT - LEFT_OUT.length) / 2;
  return `${reason.slice(0, part).toWellFormed()}${LEFT_OUT}${reason.slice(-part).toWellFormed()}`;
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
