import * as z from "zod";
import { foundAttempt, printedNow } from "../growth/printed.ts";
import type { App, Services } from "../services.ts";
import { sendBytes, sendRange } from "./assets.ts";
import { nodeParams } from "./nodes.ts";

const params = nodeParams.extend({
  number: z.coerce.number().int().min(1).max(0x7fff_ffff),
  stream: z.enum(["stdout", "stderr"]),
});

/**
 * What an attempt printed, also while it runs: then the answer is what there is by now. `GET /api/v2/events?printed=` tells when
 * there is more, which a range request fetches; the bytes that there are never change.
 */
export function printedRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/dispatches/:dispatch_id/nodes/:node_id/attempts/:number/:stream",
    { schema: { tags: ["nodes"], params, summary: "What an attempt printed, or has printed so far" } },
    async (request, reply) => {
      const { dispatch_id: dispatchId, node_id: nodeId, number, stream } = request.params;
      const wanted = { head: request.method === "HEAD", range: request.headers.range };
      const attempt = await foundAttempt({ dispatchId, nodeId }, number, services);
      const stored = attempt[stream];
      if (stored !== null) return sendBytes(services, stored.digest, wanted, reply);
      const now = attempt.status === null ? printedNow(attempt, services)?.[stream] : undefined;
      reply.header("cache-control", "no-store");
      return sendRange(reply, now?.size ?? 0, wanted, async (start, end) => now?.read(start, end) ?? NOTHING);
    },
  );
}

const NOTHING = new Uint8Array();
