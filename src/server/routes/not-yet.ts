import { CovalentError } from "../../model/errors.ts";
import { foundNode } from "../found-dispatch.ts";
import { acceptRawBodies } from "../raw-body.ts";
import type { App, Services } from "../services.ts";
import { nodeParams } from "./nodes.ts";

/** Routes that the original's clients know and this version does not serve: they are told so, and what to do instead. */
export async function notYetRoutes(app: App, services: Services): Promise<void> {
  // Nothing of what they are sent is read.
  acceptRawBodies(app);
  app.put(
    "/api/v2/dispatches/:dispatch_id/electrons/:node_id/job",
    { schema: { tags: ["nodes"], params: nodeParams, summary: "Tell the executor of a node's job" } },
    async (request) => {
      await foundNode(request.params.dispatch_id, request.params.node_id, services);
      throw notYet("telling an executor that a job has ended", "The local executor knows by itself.");
    },
  );
}

function notYet(feature: string, alternative: string): CovalentError {
  return new CovalentError("NOT_YET", { feature, alternative });
}
