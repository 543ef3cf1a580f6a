import * as z from "zod";
import type { App, Services } from "../services.ts";

const executorHealth = z.object({
  running: z.number(),
  queued: z.number(),
  workers: z.number(),
  slots: z.number().optional(),
});

const serverSchema = z.object({
  version: z.string(),
  /** The revision of the database's schema. */
  revision: z.string(),
  started_at: z.iso.datetime(),
  url: z.string(),
  /** Dispatches in flight. */
  active: z.number(),
  executors: z.record(z.string(), executorHealth),
});

const readiness = z.object({ status: z.enum(["ready", "not ready"]), reason: z.string().optional() });

/** Whether the server lives, whether it can work, and what it is. */
export function healthRoutes(app: App, services: Services): void {
  const tags = ["server"];
  app.get(
    "/healthz",
    {
      schema: {
        tags,
        summary: "200 while the server lives",
        response: { 200: z.object({ status: z.literal("ok") }) },
      },
    },
    () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      schema: {
        tags,
        summary: "200 when the server can take work, else 503",
        response: { 200: readiness, 503: readiness },
      },
    },
    async (_request, reply) => {
      const reason = unreadyBecause(services);
      return reply
        .code(reason === undefined ? 200 : 503)
        .send(reason === undefined ? { status: "ready" as const } : { status: "not ready" as const, reason });
    },
  );

  app.get(
    "/api/v2/server",
    {
      schema: {
        tags,
        summary: "What this server is and how its executors do",
        response: { 200: serverSchema },
      },
    },
    () => {
      const { active, executors } = services.dispatcher.health();
      return {
        version: services.version,
        revision: services.database.revision,
        started_at: services.startedAt.toISOString(),
        url: services.url(),
        active,
        executors: { ...executors },
      };
    },
  );
}

function unreadyBecause({ database, dispatcher }: Services): string | undefined {
  if (!dispatcher.health().running) return "the dispatcher is not running";
  return database.stalled && `the database cannot be written: ${database.stalled}`;
}
