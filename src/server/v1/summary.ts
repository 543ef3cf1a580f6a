import * as z from "zod";
import type { App, Services } from "../services.ts";
import {
  countOf,
  dispatchItem,
  sortDirection,
  statusesOf,
  statusFilter,
  tags,
  toItem,
  word,
} from "./dashboard-answers.ts";

const listQuery = z.object({
  count: z.coerce.number().int().min(1).max(99).default(10),
  offset: z.coerce.number().int().min(0).max(1e9).default(0),
  sort_by: word(["runtime", "status", "started_at", "lattice_name", "ended_at"], "runtime"),
  search: z.string().max(200).default(""),
  sort_direction: sortDirection,
  status_filter: statusFilter,
});
const listAnswer = z.object({ items: z.array(dispatchItem), total_count: z.int() });

const overviewAnswer = z.object({
  total_jobs: z.int(),
  total_jobs_running: z.int(),
  total_jobs_completed: z.int(),
  total_jobs_failed: z.int(),
  total_jobs_cancelled: z.int(),
  total_jobs_new_object: z.int(),
  latest_running_task_status: z.string().nullable(),
  /** Milliseconds. */
  total_dispatcher_duration: z.int(),
});

/** The list of dispatches and the numbers above it. */
export function summaryRoutes(app: App, { database }: Services): void {
  const { dashboard } = database;
  app.get(
    "/api/v1/dispatches/list",
    { schema: { tags, querystring: listQuery, summary: "List dispatches", response: { 200: listAnswer } } },
    async (request) => {
      const { count, offset, sort_by: by, search, sort_direction, status_filter } = request.query;
      const statuses = statusesOf(status_filter);
      const filter = { search, ...(statuses && { statuses }) };
      const ordering = { by, descending: sort_direction === "DESC" };
      const { items, total } = await dashboard.list(filter, ordering, { offset, count });
      return { items: items.map(toItem), total_count: total };
    },
  );
  app.get(
    "/api/v1/dispatches/overview",
    { schema: { tags, summary: "How many dispatches there are", response: { 200: overviewAnswer } } },
    async () => {
      const { counts, latest, runtimeMs } = await dashboard.overview();
      return {
        total_jobs: countOf(counts, "ALL"),
        total_jobs_running: countOf(counts, "RUNNING"),
        total_jobs_completed: countOf(counts, "COMPLETED"),
        total_jobs_failed: countOf(counts, "FAILED"),
        total_jobs_cancelled: countOf(counts, "CANCELLED"),
        total_jobs_new_object: countOf(counts, "NEW_OBJECT"),
        latest_running_task_status: latest,
        total_dispatcher_duration: runtimeMs,
      };
    },
  );
}
