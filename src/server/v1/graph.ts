import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as z from "zod";
import type { NodeState } from "../../database/repositories/dispatch-repository.ts";
import type { ManifestLink } from "../../model/manifest.ts";
import { foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams, plainTime, tags } from "./dashboard-answers.ts";

const when = z.string().nullable();
const graphAnswer = z.object({
  dispatch_id: z.string(),
  graph: z.object({
    nodes: z.array(
      z.object({
        /** What `source` and `target` name. */
        id: z.int(),
        name: z.string(),
        node_id: z.int(),
        started_at: when,
        completed_at: when,
        status: z.string(),
        type: z.string(),
        executor_label: z.string(),
        sublattice_dispatch_id: z.string().nullable(),
      }),
    ),
    links: z.array(
      z.object({
        edge_name: z.string(),
        parameter_type: z.string().nullable(),
        target: z.int(),
        source: z.int(),
        arg_index: z.int().nullable(),
      }),
    ),
  }),
});

/** Nodes or links written before others are served again. */
const PAGE = 500;

/** The whole graph of a dispatch, page by page: the server never holds a large one. */
export function graphRoutes(app: App, services: Services): void {
  app.get(
    "/api/v1/dispatches/:dispatch_id/graph",
    {
      schema: {
        tags,
        params: dispatchParams,
        summary: "The graph of a dispatch",
        response: { 200: z.union([graphAnswer, z.unknown()]) },
      },
    },
    async (request, reply) => {
      const { dispatch_id } = request.params;
      await foundSummary(dispatch_id, services);
      return reply.type("application/json").send(Readable.from(graphJson(dispatch_id, services)));
    },
  );
}

async function* graphJson(dispatchId: string, { database }: Services): AsyncGenerator<string> {
  const { dispatches } = database;
  yield `{"dispatch_id":${JSON.stringify(dispatchId)},"graph":{"nodes":[`;
  for (let after = -1; ; ) {
    const nodes = await dispatches.nodeStates(dispatchId, { after, limit: PAGE });
    yield (after === -1 || nodes.length === 0 ? "" : ",") + nodes.map(nodeJson).join(",");
    const last = nodes.at(-1);
    if (last === undefined || nodes.length < PAGE) break;
    after = last.id;
    await nextTurn();
  }
  yield '],"links":[';
  for (let offset = 0; ; offset += PAGE) {
    const links = await dispatches.links(dispatchId, { offset, limit: PAGE });
    yield (offset === 0 || links.length === 0 ? "" : ",") + links.map(linkJson).join(",");
    if (links.length < PAGE) break;
    await nextTurn();
  }
  yield "]}}";
}

function nodeJson(node: NodeState): string {
  return JSON.stringify({
    id: node.id,
    name: node.name,
    node_id: node.id,
    started_at: plainTime(node.start_time),
    completed_at: plainTime(node.end_time),
    status: node.status,
    type: node.type,
    executor_label: node.executor,
    sublattice_dispatch_id: node.sub_dispatch_id,
  });
}

function linkJson({ source, target, metadata }: ManifestLink): string {
  return JSON.stringify({
    edge_name: metadata.edge_name,
    parameter_type: metadata.param_type ?? null,
    target,
    source,
    arg_index: metadata.arg_index ?? null,
  });
}
