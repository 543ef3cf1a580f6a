import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";
import type { paths } from "./schema.d.ts";

type Answer<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

/** A dispatch without its nodes. */
export type DispatchSummary = Answer<"/api/v2/dispatches/{dispatch_id}/summary", "get">;
export type GraphColumns = Answer<"/api/v2/dispatches/{dispatch_id}/graph", "get">;
export type NodeDetail = Answer<"/api/v2/dispatches/{dispatch_id}/nodes/{node_id}", "get">;
export type Attempt = Answer<
  "/api/v2/dispatches/{dispatch_id}/nodes/{node_id}/attempts",
  "get"
>["attempts"][number];

type ListParameters = NonNullable<paths["/api/v2/dispatches"]["get"]["parameters"]["query"]>;

export type DispatchSort = NonNullable<ListParameters["sort"]>;
export type DispatchStatus = DispatchSummary["status"];

/** What a list of dispatches is to have. */
export interface DispatchFilter {
  readonly search: string;
  readonly statuses: readonly DispatchStatus[];
  readonly subDispatches: boolean;
}

export interface DispatchOrder {
  readonly sort: DispatchSort;
  readonly order: "asc" | "desc";
}

/** Rows that are asked for at once. */
export const ROWS_PER_PAGE = 100;

export function dispatchPageQuery(filter: DispatchFilter, order: DispatchOrder, page: number) {
  return queryOptions({
    queryKey: ["dispatches", "page", filter, order, page],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const query = {
        ...filterParameters(filter),
        ...(filter.statuses.length > 0 && { status: [...filter.statuses] }),
        ...order,
        offset: page * ROWS_PER_PAGE,
        count: ROWS_PER_PAGE,
      };
      const { dispatches, metadata } = await answerOf(api.GET("/api/v2/dispatches", { params: { query } }));
      return {
        rows: dispatches.filter((row): row is DispatchSummary => "name" in row),
        total: metadata.total,
      };
    },
  });
}

/** How many there are in each status, of those that the search finds. */
export function dispatchCountsQuery(filter: DispatchFilter) {
  const query = filterParameters(filter);
  return queryOptions({
    queryKey: ["dispatches", "counts", query],
    placeholderData: keepPreviousData,
    queryFn: async () =>
      (await answerOf(api.GET("/api/v2/dispatch-counts", { params: { query } }))).by_status,
  });
}

function filterParameters({ search, subDispatches }: DispatchFilter) {
  const sub_dispatches: "true" | "false" = subDispatches ? "true" : "false";
  return { sub_dispatches, ...(search !== "" && { search }) };
}

export function dispatchQuery(dispatchId: string) {
  return queryOptions({
    queryKey: ["dispatch", dispatchId, "summary"],
    queryFn: () =>
      answerOf(
        api.GET("/api/v2/dispatches/{dispatch_id}/summary", {
          params: { path: { dispatch_id: dispatchId } },
        }),
      ),
  });
}

/** The dispatches in which one is a sublattice, outermost first. That never changes. */
export function ancestorsQuery(dispatchId: string) {
  return queryOptions({
    queryKey: ["ancestors", dispatchId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () =>
      (
        await answerOf(
          api.GET("/api/v2/dispatches/{dispatch_id}/ancestors", {
            params: { path: { dispatch_id: dispatchId } },
          }),
        )
      ).ancestors,
  });
}

export function dispatchHeaderQuery(dispatchId: string) {
  return queryOptions({
    queryKey: ["dispatch", dispatchId, "header"],
    queryFn: () =>
      answerOf(
        api.GET("/api/v2/dispatches/{dispatch_id}/header", { params: { path: { dispatch_id: dispatchId } } }),
      ),
  });
}

/** Read once: events keep it current. */
export function graphQuery(dispatchId: string) {
  return queryOptions({
    queryKey: ["graph", dispatchId],
    staleTime: 0,
    queryFn: () =>
      answerOf(
        api.GET("/api/v2/dispatches/{dispatch_id}/graph", { params: { path: { dispatch_id: dispatchId } } }),
      ),
  });
}

export const serverQuery = queryOptions({
  queryKey: ["server"],
  queryFn: () => answerOf(api.GET("/api/v2/server")),
});
