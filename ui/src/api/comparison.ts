import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";

export function comparisonQuery(dispatchId: string, otherId: string) {
  return queryOptions({
    queryKey: ["dispatch", dispatchId, "comparison", otherId],
    queryFn: async () =>
      (
        await answerOf(
          api.GET("/api/v2/dispatches/{dispatch_id}/comparison/{other_id}", {
            params: { path: { dispatch_id: dispatchId, other_id: otherId } },
          }),
        )
      ).nodes,
  });
}

export type ComparedPair = Awaited<
  ReturnType<NonNullable<ReturnType<typeof comparisonQuery>["queryFn"]>>
>[number];

/** How many runs of one lattice can be chosen from. */
const RUNS = 200;

/** Other runs of a lattice, newest first. */
export function runsQuery(name: string) {
  return queryOptions({
    queryKey: ["dispatches", "runs", name],
    enabled: name !== "",
    queryFn: async () => {
      const query = { search: name, count: RUNS };
      const { dispatches } = await answerOf(api.GET("/api/v2/dispatches", { params: { query } }));
      return dispatches.flatMap((row) => ("name" in row && row.name === name ? [row] : []));
    },
  });
}
