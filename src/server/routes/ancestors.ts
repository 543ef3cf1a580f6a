import * as z from "zod";
import { foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";

const answer = z.object({
  /** Outermost first; `node_id` is the node of each that is the next one on the way down. */
  ancestors: z.array(z.object({ dispatch_id: z.string(), name: z.string(), node_id: z.int() })),
});

/** The way down to a sublattice's dispatch. */
export function ancestorRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/dispatches/:dispatch_id/ancestors",
    {
      schema: {
        tags: ["dispatches"],
        params: dispatchParams,
        summary: "The dispatches in which a dispatch is a sublattice",
        response: { 200: answer },
      },
    },
    async (request) => {
      const { dispatch_id } = request.params;
      await foundSummary(dispatch_id, services);
      const found = await services.database.dispatches.ancestors(dispatch_id);
      return {
        ancestors: found.map(({ dispatchId, name, nodeId }) => ({
          dispatch_id: dispatchId,
          name,
          node_id: nodeId,
        })),
      };
    },
  );
}
