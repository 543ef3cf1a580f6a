import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { App } from "../services.ts";
import { checkDepth } from "../validation.ts";
import { tags } from "./dashboard-answers.ts";

const drawing = z.object({
  event: z.string().max(100).optional(),
  payload: z.record(z.string(), z.unknown()),
});
const ok = z.object({ ok: z.literal(true) });

/** Bytes of a graph that is only looked at. */
const LIMIT = 16 * 1024 * 1024;

/**
 * The graph that somebody drew last (`lattice.draw()` of the original's SDK): to be looked at before it is dispatched. It is kept
 * until the next one, or the end of the server.
 */
export function previewRoutes(app: App): void {
  let last: z.output<typeof drawing>["payload"] | undefined;
  app.post(
    "/api/draw",
    {
      bodyLimit: LIMIT,
      schema: { tags, body: drawing, summary: "Show a graph without dispatching it", response: { 200: ok } },
    },
    (request) => {
      checkDepth(request.body.payload, "the drawing");
      last = request.body.payload;
      return { ok: true as const };
    },
  );
  app.get(
    "/api/v2/preview",
    {
      schema: {
        tags: ["dispatches"],
        summary: "The graph that was drawn last",
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    () => {
      if (last === undefined)
        throw new CovalentError("ASSET_NOT_FOUND", { what: "graph that somebody has drawn" });
      return last;
    },
  );
  app.post(
    "/api/webhook",
    {
      schema: {
        tags,
        body: z.record(z.string(), z.unknown()),
        summary: "Taken, and told to nobody: changes of status are events of this server",
        response: { 200: ok },
      },
    },
    () => ({ ok: true as const }),
  );
}
