import * as z from "zod";
import type { AttemptRecord } from "../../database/repositories/dispatch-repository.ts";
import { attemptsSchema } from "../answer-schemas.ts";
import { foundNode, foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";

const tags = ["nodes"];
export const nodeParams = dispatchParams.extend({
  node_id: z.coerce.number().int().nonnegative().max(0x7fff_ffff),
});
const limit = z.coerce.number().int().min(1).max(1_000).default(1_000);

const nodePage = z.object({ after: z.coerce.number().int().min(-1).max(0x7fff_ffff).default(-1), limit });
const linkPage = z.object({ offset: z.coerce.number().int().min(0).max(1e9).default(0), limit });

/** Parts of a dispatch, for clients that do not want the whole manifest. */
export function nodeRoutes(app: App, services: Services): void {
  const params = dispatchParams;
  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes",
    {
      schema: { tags, params, querystring: nodePage, summary: "Nodes in order of id, without their assets" },
    },
    (request) => readNodes(request.params.dispatch_id, request.query, services),
  );
  app.get(
    "/api/v2/dispatches/:dispatch_id/links",
    { schema: { tags, params, querystring: linkPage, summary: "Links in the order of the manifest" } },
    (request) => readLinks(request.params.dispatch_id, request.query, services),
  );
  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes/:node_id/attempts",
    {
      schema: {
        tags,
        params: nodeParams,
        summary: "The attempts of a node, first to last",
        response: { 200: attemptsSchema },
      },
    },
    async (request) => {
      const { dispatch_id, node_id } = request.params;
      await foundNode(dispatch_id, node_id, services);
      const attempts = await services.database.dispatches.attempts(dispatch_id, node_id);
      return { attempts: attempts.map(shownAttempt) };
    },
  );
}

async function readNodes(dispatchId: string, page: z.output<typeof nodePage>, services: Services) {
  const { sequence } = await foundSummary(dispatchId, services);
  const nodes = await services.database.dispatches.nodeStates(dispatchId, page);
  return { nodes, next: nodes.length < page.limit ? null : nodes.at(-1)?.id, sequence };
}

async function readLinks(
  dispatchId: string,
  { offset, limit }: z.output<typeof linkPage>,
  services: Services,
) {
  await foundSummary(dispatchId, services);
  const links = await services.database.dispatches.links(dispatchId, { offset, limit });
  return { links, next: links.length < limit ? null : offset + limit };
}

/** With the digests of what it printed; without the token and the handle: who has those can answer for the attempt. */
function shownAttempt(attempt: AttemptRecord) {
  const { number, executor, status, placedAt, startedAt, endedAt, failure, stdout, stderr } = attempt;
  return {
    number,
    executor,
    status,
    placed_at: isoTime(placedAt),
    started_at: isoTime(startedAt),
    ended_at: isoTime(endedAt),
    failure,
    stdout,
    stderr,
  };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
