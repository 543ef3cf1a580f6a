import * as z from "zod";
import { foundNode } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { nodeParams } from "./nodes.ts";

const body = z.object({ sub_dispatch_id: z.string().max(64) });
const linked = z.object({ dispatch_id: z.string(), node_id: z.int(), sub_dispatch_id: z.string() });

/**
 * A task of the Python SDK that builds a sublattice registers a dispatch of its own, and says here of which node it is. In our workers
 * it has said so when it registered it. One that an earlier attempt of the task had registered is cancelled: the newest counts.
 */
export function subDispatchLinkRoutes(app: App, services: Services): void {
  app.patch(
    "/api/v2/dispatches/:dispatch_id/electrons/:node_id",
    {
      schema: {
        tags: ["nodes"],
        params: nodeParams,
        body,
        summary: "Link a sublattice's dispatch to its node",
        response: { 200: linked },
      },
    },
    async (request) => {
      const { dispatch_id, node_id } = request.params;
      const { sub_dispatch_id } = request.body;
      await foundNode(dispatch_id, node_id, services);
      const link = { dispatchId: dispatch_id, nodeId: node_id, subDispatchId: sub_dispatch_id };
      await services.database.dispatches.linkSubDispatch(link);
      return { dispatch_id, node_id, sub_dispatch_id };
    },
  );
}
