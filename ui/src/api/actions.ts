import { answerOf, api } from "./client.ts";

/** What readers can do to dispatches. Each resolves when it is durable. */

export async function cancelDispatch(dispatchId: string, nodeIds: readonly number[] = []): Promise<void> {
  await api.PUT("/api/v2/dispatches/{dispatch_id}/status", {
    params: { path: { dispatch_id: dispatchId } },
    body: { status: "CANCELLED", task_ids: [...nodeIds] },
  });
}

export async function setPaused(dispatchId: string, paused: boolean): Promise<void> {
  await api.PUT("/api/v2/dispatches/{dispatch_id}/paused", {
    params: { path: { dispatch_id: dispatchId } },
    body: { paused },
  });
}

/** Runs a dispatch again and gives the new one's id. With `reuse`, what has completed is taken over. */
export async function redispatch(
  dispatchId: string,
  { reuse }: { readonly reuse: boolean },
): Promise<string> {
  const registered = await answerOf(
    api.POST("/api/v2/dispatches/{dispatch_id}/redispatches", {
      params: {
        path: { dispatch_id: dispatchId },
        query: { reuse_previous_results: reuse ? "true" : "false" },
      },
    }),
  );
  const { metadata } = registered as { readonly metadata: { readonly dispatch_id: string } };
  await api.PUT("/api/v2/dispatches/{dispatch_id}/status", {
    params: { path: { dispatch_id: metadata.dispatch_id } },
    body: { status: "RUNNING" },
  });
  return metadata.dispatch_id;
}
