import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import { foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";

const body = z.object({ deleted: z.boolean() });
const answer = z.object({ dispatch_id: z.string(), deleted: z.boolean() });

/** Deletes a dispatch, so that nobody sees it any more, and brings it back: what it has stored stays. */
export function deletionRoutes(app: App, services: Services): void {
  app.put(
    "/api/v2/dispatches/:dispatch_id/deleted",
    {
      schema: {
        tags: ["dispatches"],
        params: dispatchParams,
        body,
        summary: "Delete a dispatch, or bring it back",
        response: { 200: answer },
      },
    },
    async (request) => {
      const { dispatch_id } = request.params;
      const { deleted } = request.body;
      await (deleted ? remove(dispatch_id, services) : restore(dispatch_id, services));
      services.changes.tell("dispatches");
      return { dispatch_id, deleted };
    },
  );
}

async function remove(dispatchId: string, services: Services): Promise<void> {
  const { status } = await foundSummary(dispatchId, services);
  if (!(await services.database.dashboard.remove(dispatchId, Date.now()))) {
    const reason = `dispatch ${dispatchId} is ${status}: cancel it first`;
    throw new CovalentError("INVALID_ARGUMENT", { reason });
  }
  await services.triggers?.stop({ dispatchIds: [dispatchId] });
}

/** One that is there is left as it is. */
async function restore(dispatchId: string, services: Services): Promise<void> {
  await services.database.dashboard.restore(dispatchId, Date.now());
  const summary = await services.database.dispatches.summary(dispatchId);
  if (summary === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
}
