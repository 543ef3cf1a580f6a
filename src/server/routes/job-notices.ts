import * as z from "zod";
import { foundNode } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { nodeParams } from "./nodes.ts";

/**
 * With the original, whoever runs a job for an executor tells here that it is over, for the executor to collect what became of it.
 * Executors of this server learn that by themselves, with the attempt's token, and from nobody else: whoever else says so is heard,
 * and changes nothing.
 */
export function jobNoticeRoutes(app: App, services: Services): void {
  app.put(
    "/api/v2/dispatches/:dispatch_id/electrons/:node_id/job",
    {
      schema: {
        tags: ["nodes"],
        params: nodeParams,
        body: z.record(z.string().max(1_000), z.unknown()),
        summary: "Say that a node's job has ended; changes nothing",
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { dispatch_id, node_id } = request.params;
      await foundNode(dispatch_id, node_id, services);
      const said = `Task ${node_id} of dispatch ${dispatch_id}: its executor learns by itself how its job ends; this changes nothing`;
      return reply.code(200).type("application/json").send(JSON.stringify(said));
    },
  );
}
