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

/** How many results of an electron are compared with a node that was not found in the cache. */
const COMPARED = 100;

/** The results that later dispatches may take over. */
export function cacheRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/cache",
    { schema: { tags, querystring: page, summary: "List cached results, newest first" } },
    async (request) => {
      const { name, ...page } = request.query;
      const query = name === undefined ? page : { ...page, name };
      const { items, total } = await services.database.cache.list(query);
      return { entries: items.map(shownEntry), metadata: { count: items.length, total } };
    },
  );
  app.delete(
    "/api/v2/cache",
    { schema: { tags, querystring: z.object({ name }), summary: "Forget cached results" } },
    async (request) => ({ forgotten: await services.database.cache.clear(request.query.name) }),
  );
  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes/:node_id/cache",
    {
      schema: {
        tags,
        params: nodeParams,
        summary: "Why a node's result was taken from the cache, or why not",
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
