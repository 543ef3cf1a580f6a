import * as z from "zod";
import { graphColumnsSchema } from "../graph-columns.ts";
import { isStreamed, streamedParts, wholeParts } from "../manifest-body.ts";
import { Previews } from "../previews.ts";
import { acceptRawBodies } from "../raw-body.ts";
import type { App, Services } from "../services.ts";

const tags = ["previews"];
const params = z.object({ preview_id: z.string().max(64) });

/** Graphs to be looked at before they run: a manifest that is shown and registered nowhere. */
export async function previewRoutes(app: App, { limits }: Services): Promise<void> {
  const previews = new Previews();
  acceptRawBodies(app);
  app.post(
    "/api/v2/previews",
    {
      schema: {
        tags,
        summary: "Show the graph of a manifest without registering a dispatch",
        consumes: ["application/json", "application/x-ndjson"],
        response: { 201: z.object({ preview_id: z.string() }) },
      },
    },
    async (request, reply) => {
      const parts = isStreamed(request) ? streamedParts(request, limits) : await wholeParts(request, limits);
      return reply.code(201).send({ preview_id: await previews.add(parts) });
    },
  );
  app.get(
    "/api/v2/previews/:preview_id",
    {
      schema: {
        tags,
        params,
        summary: "A graph that was sent to be looked at",
        response: { 200: z.object({ name: z.string(), graph: graphColumnsSchema }) },
      },
    },
    async (request) => previews.get(request.params.preview_id),
  );
}
