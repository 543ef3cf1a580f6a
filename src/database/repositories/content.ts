import { setImmediate as nextTurn } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

/**
 * Small values by their digests. The index is divided into blocks of assets that were stored one behind the other, so a value is
 * looked for in one block after the other, the newest first: a step for each thousand values that the database holds. What a
 * dispatch stored lies close together, so whatever else is wanted is looked for where the first one was found.
 */

/** Steps and look-ups between two turns of the event loop: a few milliseconds. */
const PER_TURN = 20;

/** Digests that are looked for in one block at once. */
const AT_ONCE = 100;

/** As the index has them: only the same expressions find it. */
const BLOCK = sql<number>`(asset.id / 1024)`;
const HEAD = sql<string>`substr(asset.content_digest, 1, 8)`;

/** The bytes of those digests that are stored in the database. */
export async function contentOf(
  db: Kysely<Tables>,
  digests: Iterable<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  await search(db, digests, async (block, wanted) => {
    const rows = await inBlock(db, block, wanted).select("asset.content").execute();
    for (const { content_digest, content } of rows) if (content !== null) found.set(content_digest, content);
    return rows;
  });
  return found;
}

/** Which of the digests are stored in the database. */
export async function storedDigests(db: Kysely<Tables>, digests: Iterable<string>): Promise<Set<string>> {
  const found = new Set<string>();
  await search(db, digests, async (block, wanted) => {
    const rows = await inBlock(db, block, wanted).execute();
    for (const { content_digest } of rows) found.add(content_digest);
    return rows;
  });
  return found;
}

/** Looks for each digest, and where one is found for the next ones as well. */
async function search(
  db: Kysely<Tables>,
  digests: Iterable<string>,
  take: (block: number, wanted: readonly string[]) => Promise<readonly { readonly content_digest: string }[]>,
): Promise<void> {
  const wanted = new Set(digests);
  let count = 0;
  for (const digest of wanted) {
    const block = await blockOf(db, digest);
    if (block !== undefined)
      for (const row of await take(block, [...wanted.values().take(AT_ONCE)]))
        wanted.delete(row.content_digest);
    wanted.delete(digest);
    count += 1;
    if (count % PER_TURN === 0) await nextTurn();
  }
}

/** The newest block with a value of this digest. Where no assets are, there are no blocks to look in. */
async function blockOf(db: Kysely<Tables>, digest: string): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    with recursive block (number) as (
      select (select max(id) from assets) / 1024
      union all
      select (select id from assets where id < number * 1024 order by id desc limit 1) / 1024
      from block where number is not null)
    select block.number from block cross join assets as asset
    where ${BLOCK} = block.number and ${HEAD} = ${digest.slice(0, 8)}
      and asset.content_digest = ${digest} and asset.content is not null limit 1`.execute(db);
  return rows[0]?.number;
}

function inBlock(db: Kysely<Tables>, block: number, digests: readonly string[]) {
  const json = JSON.stringify(digests);
  return db
    .selectFrom("assets as asset")
    .select(sql<string>`asset.content_digest`.as("content_digest"))
    .where(BLOCK, "=", block)
    .where(HEAD, "in", sql<string>`(select substr(value, 1, 8) from json_each(${json}))`)
    .where("asset.content_digest", "in", sql<string>`(select value from json_each(${json}))`)
    .where("asset.content", "is not", null);
}
