import * as z from "zod";
import { dispatchSummarySchema } from "../answer-schemas.ts";
import { foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { summaryAtEnd } from "../summary-at-end.ts";
import { dispatchParams } from "./dispatches.ts";

const query = z.object({
  /** The answer waits for the end of the dispatch, so many milliseconds at most. */
  wait_ms: z.coerce.number().int().min(0).max(60_000).default(0),
});

/** The state of one dispatch, now or when it has ended. */
export function summaryRoute(app: App, services: Services): void {
  /** What ends the wait of each reader. */
  const waiting = new Set<() => void>();
  app.addHook("preClose", () => {
    for (const interrupt of waiting) interrupt();
  });
  app.get(
    "/api/v2/dispatches/:dispatch_id/summary",
    {
      schema: {
        tags: ["dispatches"],
        params: dispatchParams,
        querystring: query,
        summary: "The state of a dispatch without its nodes",
        response: { 200: dispatchSummarySchema },
      },
    },
    (request, reply) => {
      const { wait_ms: waitMs } = request.query;
      if (waitMs === 0) return foundSummary(request.params.dispatch_id, services);
      const interruptible = (interrupt: () => void): void => {
        waiting.add(interrupt);
        reply.raw.once("close", () => {
          waiting.delete(interrupt);
          interrupt();
        });
      };
      return summaryAtEnd(request.params.dispatch_id, { waitMs, interruptible }, services);
    },
  );
}
