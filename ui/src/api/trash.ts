import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";

/** Rows that are shown of deleted dispatches. */
const SHOWN = 200;

export const trashQuery = queryOptions({
  queryKey: ["trash"],
  queryFn: () => answerOf(api.GET("/api/v2/trash", { params: { query: { count: SHOWN } } })),
});

/** Removes deleted dispatches for good; all when none are named. */
export function purge(dispatchIds?: readonly string[]) {
  return answerOf(
    api.POST("/api/v2/trash/purge", {
      body: dispatchIds === undefined ? {} : { dispatch_ids: [...dispatchIds] },
    }),
  );
}
