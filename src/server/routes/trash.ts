import * as z from "zod";
import { toIso } from "../../database/times.ts";
import { LEGACY_STATUSES, STATUSES } from "../../model/status.ts";
import type { App, Services } from "../services.ts";

const tags = ["dispatches"];

const page = z.object({
  offset: z.coerce.number().int().min(0).max(1e9).default(0),
  count: z.coerce.number().int().min(0).max(1_000).default(100),
});

const deletedPage = z.object({
  dispatches: z.array(
    z.object({
      dispatch_id: z.string(),
      name: z.string(),
      status: z.enum([...STATUSES, ...LEGACY_STATUSES]),
      electron_num: z.int(),
      deleted_at: z.string(),
    }),
  ),
  metadata: z.object({ count: z.int(), total: z.int() }),
});

/** Absent: all. */
const purgeBody = z.object({ dispatch_ids: z.array(z.string().max(64)).max(10_000).optional() });

const purged = z.object({
  /** With those of sublattices. */
  dispatches: z.int(),
  assets: z.int(),
  files: z.int(),
  freed_bytes: z.int(),
  /** Files that were used a moment ago: they go in a while. */
  postponed: z.int(),
});

/** Deleted dispatches, and their removal for good. */
export function trashRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/trash",
    {
      schema: { tags, querystring: page, summary: "List deleted dispatches", response: { 200: deletedPage } },
    },
    async (request) => {
      const { items, total } = await services.database.trash.list(request.query);
      const dispatches = items.map(({ dispatchId, name, status, nodes, deletedAt }) => ({
        dispatch_id: dispatchId,
        name,
        status,
        electron_num: nodes,
        deleted_at: toIso(deletedAt),
      }));
      return { dispatches, metadata: { count: items.length, total } };
    },
  );
  app.post(
    "/api/v2/trash/purge",
    {
      schema: {
        tags,
        body: purgeBody,
        summary: "Remove deleted dispatches for good",
        response: { 200: purged },
      },
    },
    async (request) => {
      const { freed, ...rest } = await services.purging.purge(request.body.dispatch_ids);
      services.changes.tell("dispatches");
      return { ...rest, freed_bytes: freed };
    },
  );
}
