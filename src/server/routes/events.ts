import * as z from "zod";
import { EventStream } from "../event-stream.ts";
import { growingOutput } from "../growth/printed.ts";
import { growingLog } from "../growth/server-log.ts";
import { type Growing, tellGrowth } from "../growth/tell-growth.ts";
import type { App, Services } from "../services.ts";

const nodePlace = z
  .string()
  .regex(/^[^:]{1,64}:\d{1,9}$/, "a dispatch's id, a colon and the number of a node")
  .transform((text) => {
    const [dispatchId = "", nodeId] = text.split(":");
    return { dispatchId, nodeId: Number(nodeId) };
  });

const query = z.object({
  /** Repeatable; the events of all dispatches when absent. */
  dispatch_id: z.union([z.string(), z.array(z.string()).max(1_000)]).optional(),
  /** The sequence number of the last event that is known already. */
  after: z.coerce.number().int().nonnegative().optional(),
  /** `false` leaves out the events of nodes: who waits for an end need not be told of every step. */
  nodes: z.enum(["true", "false"]).default("true"),
  /** Nodes of whose output the reader is told how large it is, e.g. `<dispatch id>:3`. Repeatable. */
  printed: z.union([nodePlace.transform((place) => [place]), z.array(nodePlace).max(100)]).default([]),
  /** `true` tells how large the server's log is. */
  log: z.enum(["true", "false"]).default("false"),
  /** `true` tells how often dispatches, triggers and settings have changed otherwise than in status. */
  changes: z.enum(["true", "false"]).default("false"),
});

/** Server-sent events for changes of status, and of what grows beside them; event-stream.ts and growth/ say what they promise. */
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
      for (const growing of growingThings(request.query, services)) {
        const stop = tellGrowth(growing, (message) => stream.add(message));
        reply.raw.once("close", stop);
        if (reply.raw.closed) stop();
      }
    },
  );
}

function growingThings(
  { printed, log, changes }: z.output<typeof query>,
  services: Services,
): readonly Growing[] {
  const { logFile } = services;
  return [
    ...printed.map((place) => growingOutput(place, services)),
    ...(log === "true" && logFile !== undefined ? [growingLog(logFile)] : []),
    ...(changes === "true" ? [services.changes.growing()] : []),
  ];
}

function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
