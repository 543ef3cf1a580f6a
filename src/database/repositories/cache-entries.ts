import type { Kysely } from "kysely";
import type { CachedResult } from "../journal.ts";
import type { Tables } from "../tables.ts";
import { toCodec, toSize } from "./node-columns.ts";

/** A cached result that has not expired at a time (milliseconds since the epoch). */
export async function cachedResult(
  db: Kysely<Tables>,
  key: string,
  at: number,
): Promise<CachedResult | undefined> {
  const row = await db
    .selectFrom("cache_entries as entry")
    .innerJoin("assets as output", "output.id", "entry.asset_id")
    .select(["entry.dispatch_id", "entry.node_id", "output.content_digest", "output.size", "output.codec"])
    .where("entry.key", "=", key)
    .where((eb) => eb.or([eb("entry.expires_at", "is", null), eb("entry.expires_at", ">", at)]))
    .executeTakeFirst();
  if (row === undefined || row.content_digest === null) return undefined;
  const output = { digest: row.content_digest, size: toSize(row.size) ?? 0, codec: toCodec(row.codec) };
  return { output, dispatchId: row.dispatch_id, nodeId: row.node_id };
}
