import * as z from "zod";
import { isDispatchId } from "../../model/ids.ts";
import type { App, Services } from "../services.ts";
import { statusesOf, statusFilter, tags } from "./dashboard-answers.ts";

const id = z.string().refine(isDispatchId, "it is no dispatch id, which is a UUID");
const someBody = z.object({ dispatches: z.array(id).max(10_000).nullish() }).nullish();
const allBody = z
  .object({ status_filter: statusFilter.nullish(), search_string: z.string().max(200).nullish() })
  .nullish();
const answer = z.object({
  success_items: z.array(z.string()),
  failure_items: z.array(z.string()),
  message: z.string(),
});

/** Dispatches deleted by one request. */
const AT_ONCE = 10_000;

/**
 * Deleting dispatches: nobody sees them any more, what they have stored stays. One that is under way is left as it is: cancel it first.
 * Triggers of a deleted dispatch are stopped.
 */
export function deletionRoutes(app: App, services: Services): void {
  app.post(
    "/api/v1/dispatches/delete",
    { schema: { tags, body: someBody, summary: "Delete dispatches", response: { 200: answer } } },
    (request) => removeAll(request.body?.dispatches ?? [], services),
  );
  app.post(
    "/api/v1/dispatches/delete-all",
    {
      schema: { tags, body: allBody, summary: "Delete all dispatches of a kind", response: { 200: answer } },
    },
    async (request) => {
      const { status_filter, search_string } = request.body ?? {};
      const statuses = statusesOf(status_filter ?? "ALL");
      const filter = { search: search_string ?? "", ...(statuses && { statuses }) };
      return removeAll(await services.database.dashboard.ids(filter, AT_ONCE), services);
    },
  );
}

async function removeAll(
  dispatchIds: readonly string[],
  { database, triggers, changes }: Services,
): Promise<z.output<typeof answer>> {
  const at = Date.now();
  // Asked for in one turn, they are written in few transactions.
  const removed = await Promise.all(dispatchIds.map((one) => database.dashboard.remove(one, at)));
  const success_items = dispatchIds.filter((_, index) => removed[index]);
  const failure_items = dispatchIds.filter((_, index) => !removed[index]);
  if (success_items.length > 0) {
    await triggers?.stop({ dispatchIds: success_items });
    changes.tell("dispatches");
  }
  return { success_items, failure_items, message: messageOf(success_items.length, failure_items.length) };
}

/** In the original's words, which its page shows. */
function messageOf(removed: number, left: number): string {
  if (removed === 0) return "No dispatches were deleted";
  return left === 0
    ? "Dispatch(es) have been deleted successfully!"
    : "Some of the dispatches could not be deleted";
}
