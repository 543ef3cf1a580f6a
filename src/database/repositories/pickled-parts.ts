import type { Kysely } from "kysely";
import type { PickledParts } from "../../model/change.ts";
import type { PayloadRef } from "../../model/payload.ts";
import type { Tables } from "../tables.ts";
import { toCodec, toSize } from "./node-columns.ts";

const KEYS = ["function", "hooks", "value"] as const;

/** What the Python SDK uploaded for a node. A parameter has a value, any other node a function. */
export interface PickledNode extends Partial<PickledParts> {
  readonly value?: PayloadRef;
}

/** Those parts of a slice of nodes, by row, in one query: the keys of a dispatch's electrons are next to one another. */
export async function pickledParts(
  db: Kysely<Tables>,
  electrons: readonly number[],
): Promise<ReadonlyMap<number, PickledNode>> {
  const found = new Map<number, PickledNode>();
  if (electrons.length === 0) return found;
  const rows = await db
    .selectFrom("electron_assets as link")
    .innerJoin("assets as asset", "asset.id", "link.asset_id")
    .select(["link.meta_id", "link.key", "asset.content_digest", "asset.size", "asset.codec"])
    .where("link.meta_id", ">=", Math.min(...electrons))
    .where("link.meta_id", "<=", Math.max(...electrons))
    .where("link.key", "in", KEYS)
    .execute();
  for (const { meta_id, key, content_digest: digest, size, codec } of rows) {
    // Without a digest the bytes have not come.
    if (digest === null) continue;
    const payload = { digest, size: toSize(size) ?? 0, codec: toCodec(codec) };
    found.set(meta_id, { ...found.get(meta_id), [key]: payload });
  }
  return found;
}
