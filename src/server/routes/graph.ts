import { manifestNodeSchema } from "../../model/manifest.ts";
import { foundNode, foundSummary } from "../found-dispatch.ts";
import { graphColumnsSchema, readGraphColumns } from "../graph-columns.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";
import { nodeParams } from "./nodes.ts";

/** A dispatch's graph for who draws it, and one of its nodes in full. */
export function graphRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/dispatches/:dispatch_id/graph",
    {
      schema: {
        tags: ["nodes"],
        params: dispatchParams,
        summary: "The whole graph in columns, without assets",
        response: { 200: graphColumnsSchema },
      },
    },
    async (request) => {
      const { dispatch_id } = request.params;
      const { sequence } = await foundSummary(dispatch_id, services);
      return readGraphColumns(services.database.dispatches, dispatch_id, sequence);
    },
  );
  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes/:node_id",
    {
      schema: {
        tags: ["nodes"],
        params: nodeParams,
        summary: "A node as the manifest has it, with the description of its assets",
        response: { 200: manifestNodeSchema },
      },
    },
    (request) => foundNode(request.params.dispatch_id, request.params.node_id, services),
  );
}
