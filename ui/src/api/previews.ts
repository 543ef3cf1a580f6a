import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";

/** A graph that was sent to be looked at before it runs. It never changes. */
export function previewQuery(previewId: string) {
  return queryOptions({
    queryKey: ["preview", previewId],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: () =>
      answerOf(api.GET("/api/v2/previews/{preview_id}", { params: { path: { preview_id: previewId } } })),
  });
}
