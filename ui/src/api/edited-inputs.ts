import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";

/** The arguments of a dispatch's lattice. They are read in a process of their own, which takes a moment. */
export function editableInputsQuery(dispatchId: string) {
  return queryOptions({
    queryKey: ["inputs", dispatchId],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async () =>
      (
        await answerOf(
          api.GET("/api/v2/dispatches/{dispatch_id}/inputs", {
            params: { path: { dispatch_id: dispatchId } },
          }),
        )
      ).inputs,
  });
}

/** Runs a dispatch again with other arguments, given as JSON; `null` keeps one. Gives the new one's id. */
export async function runEdited(
  dispatchId: string,
  inputs: readonly (string | null)[],
  reuse: boolean,
): Promise<string> {
  const { dispatch_id } = await answerOf(
    api.POST("/api/v2/dispatches/{dispatch_id}/edited-runs", {
      params: { path: { dispatch_id: dispatchId } },
      body: { inputs: [...inputs], reuse_previous_results: reuse },
    }),
  );
  return dispatch_id;
}
