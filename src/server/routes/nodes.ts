import * as z from "zod";
import type { AttemptRecord } from "../../database/repositories/dispatch-repository.ts";
import type { ManifestNode } from "../../model/manifest.ts";
import { foundNode, foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";

const tags = ["nodes"];
export const nodeParams = dispatchParams.extend({
  node_id: z.coerce.number().int().nonnegative().max(0x7fff_ffff),
});
const limit = z.coerce.number().int().min(1).max(1_000).default(1_000);

/** Parts of a dispatch, for clients that do not want the whole manifest. */
export function nodeRoutes(app: App, services: Services): void {
  const { dispatches } = services.database;

  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes",
    {
      schema: {
        tags,
        params: dispatchParams,
        querystring: z.object({ after: z.coerce.number().int().min(-1).max(0x7fff_ffff).default(-1), limit }),
        summary: "Nodes in order of id, without their assets",
      },
    },
    async (request) => {
      const { sequence } = await foundSummary(request.params.dispatch_id, services);
      const nodes = await dispatches.nodes(request.params.dispatch_id, { ...request.query, assets: false });
      return {
        nodes: nodes.map(slim),
        next: nodes.length < request.query.limit ? null : nodes.at(-1)?.id,
        sequence,
      };
    },
  );

  app.get(
    "/api/v2/dispatches/:dispatch_id/links",
    {
      schema: {
        tags,
        params: dispatchParams,
        querystring: z.object({ offset: z.coerce.number().int().min(0).max(1e9).default(0), limit }),
        summary: "Links in the order of the manifest",
      },
    },
    async (request) => {
      await foundSummary(request.params.dispatch_id, services);
      const { offset, limit } = request.query;
      const links = await dispatches.links(request.params.dispatch_id, { offset, limit });
      return { links, next: links.length < limit ? null : offset + limit };
    },
  );

  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes/:node_id/attempts",
    { schema: { tags, params: nodeParams, summary: "The attempts of a node, first to last" } },
    async (request) => {
      const { dispatch_id, node_id } = request.params;
      await foundNode(dispatch_id, node_id, services);
      const attempts = await dispatches.attempts(dispatch_id, node_id);
      return { attempts: attempts.map(shownAttempt) };
    },
  );
}

function slim({ id, metadata }: ManifestNode) {
  const {
    name,
    type = "function",
    status,
    executor,
    start_time = null,
    end_time = null,
    reason = null,
    sub_dispatch_id = null,
  } = metadata;
  return { id, name, type, status, executor, start_time, end_time, reason, sub_dispatch_id };
}

/** Without the token and the handle: who has those can answer for the attempt. */
function shownAttempt(attempt: AttemptRecord) {
  const { number, executor, status, placedAt, startedAt, endedAt, failure } = attempt;
  return {
    number,
    executor,
    status,
    placed_at: isoTime(placedAt),
    started_at: isoTime(startedAt),
    ended_at: isoTime(endedAt),
    failure,
  };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
