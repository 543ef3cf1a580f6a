import * as z from "zod";
import { importArchive } from "../archive/archive-reader.ts";
import { archiveOf } from "../archive/archive-writer.ts";
import { acceptRawBodies, rawBody } from "../raw-body.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";

const tags = ["dispatches"];

const imported = z.object({
  dispatch_id: z.string(),
  name: z.string(),
  /** False: it was here already, and is left as it is. */
  imported: z.boolean(),
  dispatches: z.int(),
  nodes: z.int(),
  assets: z.int(),
});

/** Dispatches as files: one that has ended as a file with all that is stored of it, and such a file as a dispatch. */
export async function archiveRoutes(app: App, services: Services): Promise<void> {
  acceptRawBodies(app);
  app.get(
    "/api/v2/dispatches/:dispatch_id/archive",
    { schema: { tags, params: dispatchParams, summary: "A dispatch that has ended, as one file" } },
    async (request, reply) => {
      const { dispatch_id } = request.params;
      const archive = await archiveOf(dispatch_id, services);
      return reply
        .headers({
          "content-type": "application/gzip",
          "content-disposition": `attachment; filename="covalent-${dispatch_id.replace(/[^\w-]/g, "").slice(0, 8)}.tar.gz"`,
          "x-content-type-options": "nosniff",
        })
        .send(archive);
    },
  );
  app.post(
    "/api/v2/archives",
    {
      schema: {
        tags,
        summary: "Import the file of an exported dispatch",
        consumes: ["application/gzip"],
        response: { 200: imported, 201: imported },
      },
    },
    async (request, reply) => {
      const { dispatchId: dispatch_id, ...rest } = await importArchive(rawBody(request), services);
      if (rest.imported) services.changes.tell("dispatches");
      return reply.code(rest.imported ? 201 : 200).send({ dispatch_id, ...rest });
    },
  );
}
