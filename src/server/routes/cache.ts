import * as z from "zod";
import type { CachedEntry } from "../../database/repositories/cache-entries.ts";
import { CovalentError } from "../../model/errors.ts";
import { explainCache } from "../cache-explanation.ts";
import { foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { nodeParams } from "./nodes.ts";

const tags = ["cache"];
const name = z.string().max(1_000).optional();
const page = z.object({
  name,
  offset: z.coerce.number().int().min(0).max(1e9).default(0),
  count: z.coerce.number().int().min(0).max(1_000).default(100),
});

const entry = z.object({
  key: z.string(),
  name: z.string(),
  code_digest: z.string(),
  inputs_digest: z.string(),
  version: z.string(),
  dispatch_id: z.string(),
  node_id: z.int(),
  /** Bytes. */
  size: z.int(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
});
const listAnswer = z.object({
  entries: z.array(entry),
  metadata: z.object({ count: z.int(), total: z.int() }),
});
const record = z.object({
  key: z.string(),
  codeDigest: z.string(),
  inputsDigest: z.string(),
  version: z.string(),
  hit: z.object({ dispatchId: z.string(), nodeId: z.int() }).nullable(),
});
const explanation = z.object({
  name: z.string(),
  outcome: z.enum(["hit", "miss", "not asked for", "not looked for"]),
  because: z.string(),
  code_reason: z.string().nullable(),
  record: record.nullable(),
  nearest: entry.nullable(),
});

/** How many results of an electron are compared with a node that was not found in the cache. */
const COMPARED = 100;

/** The results that later dispatches may take over. */
export function cacheRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/cache",
    {
      schema: {
        tags,
        querystring: page,
        summary: "List cached results, newest first",
        response: { 200: listAnswer },
      },
    },
    async (request) => {
      const { name, ...page } = request.query;
      const query = name === undefined ? page : { ...page, name };
      const { items, total } = await services.database.cache.list(query);
      return { entries: items.map(shownEntry), metadata: { count: items.length, total } };
    },
  );
  app.delete(
    "/api/v2/cache",
    {
      schema: {
        tags,
        querystring: z.object({ name }),
        summary: "Forget cached results",
        response: { 200: z.object({ forgotten: z.int() }) },
      },
    },
    async (request) => ({ forgotten: await services.database.cache.clear(request.query.name) }),
  );
  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes/:node_id/cache",
    {
      schema: {
        tags,
        params: nodeParams,
        summary: "Why a node's result was taken from the cache, or why not",
        response: { 200: explanation },
      },
    },
    async (request) => {
      const { dispatch_id, node_id } = request.params;
      return explain(dispatch_id, node_id, services);
    },
  );
}

async function explain(dispatchId: string, nodeId: number, services: Services) {
  const { cache } = services.database;
  await foundSummary(dispatchId, services);
  const node = await cache.of(dispatchId, nodeId);
  if (node === undefined) throw new CovalentError("NODE_NOT_FOUND", { dispatchId, nodeId });
  const { items } = await cache.list({ name: node.name, offset: 0, count: COMPARED });
  const others = items.filter((entry) => entry.dispatchId !== dispatchId || entry.nodeId !== nodeId);
  const { nearest, ...explanation } = explainCache(node, others);
  return { name: node.name, ...explanation, nearest: nearest && shownEntry(nearest) };
}

function shownEntry(entry: CachedEntry) {
  return {
    key: entry.key,
    name: entry.name,
    code_digest: entry.codeDigest,
    inputs_digest: entry.inputsDigest,
    version: entry.version,
    dispatch_id: entry.dispatchId,
    node_id: entry.nodeId,
    size: entry.size,
    created_at: new Date(entry.createdAt).toISOString(),
    expires_at: entry.expiresAt === null ? null : new Date(entry.expiresAt).toISOString(),
  };
}
