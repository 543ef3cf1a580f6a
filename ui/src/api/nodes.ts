import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";

/** A node of a dispatch, by the ids of both. */
export interface NodePlace {
  readonly dispatchId: string;
  readonly nodeId: number;
}

const pathOf = ({ dispatchId, nodeId }: NodePlace) => ({
  path: { dispatch_id: dispatchId, node_id: nodeId },
});

export function nodeQuery(place: NodePlace) {
  return queryOptions({
    queryKey: ["dispatch", place.dispatchId, "node", place.nodeId],
    queryFn: () =>
      answerOf(api.GET("/api/v2/dispatches/{dispatch_id}/nodes/{node_id}", { params: pathOf(place) })),
  });
}

export function attemptsQuery(place: NodePlace) {
  return queryOptions({
    queryKey: ["dispatch", place.dispatchId, "node", place.nodeId, "attempts"],
    queryFn: async () =>
      (
        await answerOf(
          api.GET("/api/v2/dispatches/{dispatch_id}/nodes/{node_id}/attempts", { params: pathOf(place) }),
        )
      ).attempts,
  });
}

/** What is stored of a node under a key: its description, and its bytes when they are small and text. */
export function nodeAssetQuery(place: NodePlace, key: string) {
  return queryOptions({
    queryKey: ["dispatch", place.dispatchId, "node", place.nodeId, "asset", key],
    queryFn: () =>
      answerOf(
        api.GET("/api/v2/dispatches/{dispatch_id}/electrons/{node_id}/assets/{key}", {
          params: { path: { ...pathOf(place).path, key } },
        }),
      ),
  });
}

export function dispatchAssetQuery(dispatchId: string, key: string) {
  return queryOptions({
    queryKey: ["dispatch", dispatchId, "asset", key],
    queryFn: () =>
      answerOf(
        api.GET("/api/v2/dispatches/{dispatch_id}/assets/{key}", {
          params: { path: { dispatch_id: dispatchId, key } },
        }),
      ),
  });
}
