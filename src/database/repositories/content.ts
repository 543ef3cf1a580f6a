import { setImmediate as nextTurn } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";

/** Look-ups between two turns of the event loop. */
const PER_TURN = 1_000;

/** The bytes of those digests that are stored in the database. */
export async function contentOf(
  db: Kysely<Tables>,
  digests: Iterable<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  let count = 0;
  for (const digest of digests) {
    // One row for each digest: thousands of nodes may have put out the same value.
    const row = await contentRow(db, digest).select("content").executeTakeFirst();
    if (row?.content) found.set(digest, row.content);
    count += 1;
    if (count % PER_TURN === 0) await nextTurn();
  }
  return found;
}

/** Which of the digests are stored in the database. */
export async function storedDigests(db: Kysely<Tables>, digests: Iterable<string>): Promise<Set<string>> {
  const found = new Set<string>();
  let count = 0;
  for (const digest of digests) {
    if (await contentRow(db, digest).select("id").executeTakeFirst()) found.add(digest);
    count += 1;
    if (count % PER_TURN === 0) await nextTurn();
  }
  return found;
}

function contentRow(db: Kysely<Tables>, digest: string) {
  return db
    .selectFrom("assets")
    .where("content_digest", "=", digest)
    .where("content", "is not", null)
    .limit(1);
}
