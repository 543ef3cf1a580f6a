import * as z from "zod";
import { EventStream } from "../event-stream.ts";
import type { App, Services } from "../services.ts";

const query = z.object({
  /** Repeatable; the events of all dispatches when absent. */
  dispatch_id: z.union([z.string(), z.array(z.string()).max(1_000)]).optional(),
  /** The sequence number of the last event that is known already. */
  after: z.coerce.number().int().nonnegative().optional(),
  /** `false` leaves out the events of nodes: who waits for an end need not be told of every step. */
  nodes: z.enum(["true", "false"]).default("true"),
});

/** Server-sent events for changes of status; event-stream.ts says what they promise. */
export function eventRoutes(app: App, services: Services): void {
  const open = new Set<EventStream>();
  app.addHook("preClose", () => {
    for (const stream of open) stream.end();
  });
  app.get(
    "/api/v2/events",
    { schema: { querystring: query, summary: "Changes of status, as they happen", tags: ["events"] } },
    async (request, reply) => {
      const { dispatch_id: ids = [], after, nodes } = request.query;
      reply.hijack();
      reply.raw.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      const stream = new EventStream(reply.raw, {
        log: services.database.events,
        limits: services.limits,
        after: lastEventId(request.headers["last-event-id"]) ?? after,
        dispatchIds: new Set([ids].flat()),
        nodes: nodes === "true",
      });
      open.add(stream);
      reply.raw.once("close", () => open.delete(stream));
      await stream.start();
    },
  );
}

function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
