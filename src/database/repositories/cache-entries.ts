import { type Kysely, sql } from "kysely";
import type { CacheRecord } from "../../model/change.ts";
import type { CachedResult } from "../journal.ts";
import type { CacheEntryRow, Tables } from "../tables.ts";
import type { Writer } from "../writer/writer.ts";
import { parseRecord } from "./json.ts";
import { toCodec, toOptions, toSize } from "./node-columns.ts";

/** The results that later attempts may take over. Times are milliseconds since the epoch. */
export interface CacheRepository {
  /** Newest first. */
  list(query: CacheQuery): Promise<{ readonly items: readonly CachedEntry[]; readonly total: number }>;
  /** Forgets the entries of an electron, or all; the results of the dispatches they came from stay. @returns how many */
  clear(name?: string): Promise<number>;
  /** What is known of a node and the cache; `undefined` when there is no such node. */
  of(dispatchId: string, nodeId: number): Promise<CachedNode | undefined>;
}

export interface CacheQuery {
  /** An electron's name. */
  readonly name?: string;
  readonly offset: number;
  readonly count: number;
}

export interface CachedEntry {
  readonly key: string;
  readonly name: string;
  readonly codeDigest: string;
  readonly inputsDigest: string;
  readonly version: string;
  readonly dispatchId: string;
  readonly nodeId: number;
  /** Bytes of the result. */
  readonly size: number;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface CachedNode {
  readonly name: string;
  readonly status: string;
  /** It asked for the cache. */
  readonly asks: boolean;
  readonly codeDigest: string | null;
  /** Why its code could not be told from the rest of its bundle. */
  readonly codeReason: string | null;
  /** How the cache was asked, and what it answered; `null` when it was not, or not yet. */
  readonly record: CacheRecord | null;
}

export interface CacheRepositoryOptions {
  /** For reading. */
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
}

export function createCacheRepository({ db, writer }: CacheRepositoryOptions): CacheRepository {
  return {
    async list({ name, offset, count }) {
      const [items, total] = await Promise.all([
        entries(db, name)
          .select(ENTRY)
          .orderBy("entry.created_at", "desc")
          .offset(offset)
          .limit(count)
          .execute(),
        entries(db, name).select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow(),
      ]);
      return { items: items.map(toEntry), total: Number(total.total) };
    },
    async clear(name) {
      const { total } = await entries(db, name)
        .select(sql<number>`count(*)`.as("total"))
        .executeTakeFirstOrThrow();
      const query = db
        .deleteFrom("cache_entries")
        .$if(name !== undefined, (narrowed) => narrowed.where("name", "=", name ?? ""))
        .compile();
      await writer.write({
        statements: [{ sql: query.sql, parameters: query.parameters as readonly string[] }],
        events: [],
      });
      return Number(total);
    },
    of: (dispatchId, nodeId) => cachedNode(db, dispatchId, nodeId),
  };
}

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

const ENTRY = [
  "entry.key",
  "entry.name",
  "entry.code_digest",
  "entry.inputs_digest",
  "entry.version",
  "entry.dispatch_id",
  "entry.node_id",
  "entry.created_at",
  "entry.expires_at",
  "output.size",
] as const;

function entries(db: Kysely<Tables>, name: string | undefined) {
  return db
    .selectFrom("cache_entries as entry")
    .innerJoin("assets as output", "output.id", "entry.asset_id")
    .$if(name !== undefined, (query) => query.where("entry.name", "=", name ?? ""));
}

function toEntry(row: Omit<CacheEntryRow, "asset_id"> & { readonly size: number | null }): CachedEntry {
  return {
    key: row.key,
    name: row.name,
    codeDigest: row.code_digest,
    inputsDigest: row.inputs_digest,
    version: row.version,
    dispatchId: row.dispatch_id,
    nodeId: row.node_id,
    size: toSize(row.size) ?? 0,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

async function cachedNode(
  db: Kysely<Tables>,
  dispatchId: string,
  nodeId: number,
): Promise<CachedNode | undefined> {
  const row = await db
    .selectFrom("electrons as node")
    .innerJoin("lattices as lattice", "lattice.id", "node.parent_lattice_id")
    .select(["node.name", "node.status", "node.options", "node.code_digest", "node.cache"])
    .where("lattice.dispatch_id", "=", dispatchId)
    .where("node.transport_graph_node_id", "=", nodeId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { unisolated, key, codeDigest, inputsDigest, version, hit } = parseRecord(row.cache);
  const record = { key, codeDigest, inputsDigest, version, hit: hit ?? null };
  return {
    name: row.name,
    status: row.status,
    asks: toOptions(row.options).cache !== undefined,
    codeDigest: row.code_digest,
    codeReason: typeof unisolated === "string" ? unisolated : null,
    record: key === undefined ? null : (record as CacheRecord),
  };
}
