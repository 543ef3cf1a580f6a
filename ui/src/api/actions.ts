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

export interface RunAgain {
  /** What has completed is taken over. */
  readonly reuse: boolean;
  /** But not of this node and of what builds on it. */
  readonly fromNode?: number;
}

/** Runs a dispatch again and gives the new one's id. */
export async function redispatch(dispatchId: string, { reuse, fromNode }: RunAgain): Promise<string> {
  const registered = await answerOf(
    api.POST("/api/v2/dispatches/{dispatch_id}/redispatches", {
      params: {
        path: { dispatch_id: dispatchId },
        query: {
          reuse_previous_results: reuse ? "true" : "false",
          ...(fromNode !== undefined && { from_node: fromNode }),
        },
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

/** Hides a dispatch, or brings it back. What it has stored stays. @throws {ServerError} for one that is under way */
export async function setDeleted(dispatchId: string, deleted: boolean): Promise<void> {
  await api.PUT("/api/v2/dispatches/{dispatch_id}/deleted", {
    params: { path: { dispatch_id: dispatchId } },
    body: { deleted },
  });
}

export async function fireTrigger(triggerId: string): Promise<string> {
  const path = { trigger_id: triggerId };
  const { data } = await api.POST("/api/v2/triggers/{trigger_id}/fire", { params: { path } });
  return data?.dispatch_id ?? "";
}

export async function setTriggerPaused(triggerId: string, paused: boolean): Promise<void> {
  const path = { trigger_id: triggerId };
  await api.PUT("/api/v2/triggers/{trigger_id}/paused", { params: { path }, body: { paused } });
}

export async function stopTrigger(triggerId: string): Promise<void> {
  await api.DELETE("/api/v2/triggers/{trigger_id}", { params: { path: { trigger_id: triggerId } } });
}

/** Sets a setting in the file, for the next start. @throws {ServerError} that says what is wrong with the value */
export async function changeSetting(key: string, value: string): Promise<void> {
  await api.PUT("/api/v2/settings/{key}", { params: { path: { key } }, body: { value } });
}
