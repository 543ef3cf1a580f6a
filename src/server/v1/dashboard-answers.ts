import * as z from "zod";
import type { DashboardRow, ShownStatus } from "../../database/repositories/dashboard-repository.ts";
import { isDispatchId } from "../../model/ids.ts";
import { LEGACY_STATUSES, STATUSES } from "../../model/status.ts";

/** Shapes and words that the routes of the original's web UI share. */

export const tags = ["web UI of the original"];

const COMPLETED: readonly ShownStatus[] = ["COMPLETED", ...LEGACY_STATUSES];

/** Its words for a status: what had ended but for its post-processing counts as completed there. */
export const statusFilter = z.enum(["ALL", ...STATUSES, ...LEGACY_STATUSES]).default("ALL");

export function statusesOf(filter: z.output<typeof statusFilter>): readonly ShownStatus[] | undefined {
  if (filter === "ALL") return undefined;
  if (filter === "COMPLETED") return COMPLETED;
  // It knows no other word for what has been started.
  return filter === "RUNNING" ? ["RUNNING", "STARTING"] : [filter];
}

/** How many there are of one of its words. */
export function countOf(
  counts: ReadonlyMap<ShownStatus, number>,
  filter: z.output<typeof statusFilter>,
): number {
  const statuses = statusesOf(filter) ?? [...counts.keys()];
  return statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
}

/** One of some words, in capitals or not. */
export function word<const Words extends readonly string[]>(words: Words, initial: Words[number]) {
  return z
    .string()
    .transform((given) => words.find((one) => one.toLowerCase() === given.toLowerCase()) ?? given)
    .pipe(z.enum(words))
    .default(initial as z.output<z.ZodEnum<{ [W in Words[number]]: W }>>);
}

export const sortDirection = word(["ASC", "DESC"], "DESC");

export const dispatchParams = z.object({
  dispatch_id: z.string().refine(isDispatchId, "it is no dispatch id, which is a UUID"),
});
export const nodeParams = dispatchParams.extend({
  electron_id: z.coerce.number().int().nonnegative().max(0x7fff_ffff),
});

const when = z.string().nullable();

export const dispatchItem = z.object({
  dispatch_id: z.string(),
  lattice_name: z.string(),
  /** Milliseconds. */
  runtime: z.int().nullable(),
  total_electrons: z.int(),
  total_electrons_completed: z.int(),
  started_at: when,
  ended_at: when,
  status: z.string(),
  updated_at: when,
});

export function toItem(row: DashboardRow): z.output<typeof dispatchItem> {
  return {
    dispatch_id: row.dispatchId,
    lattice_name: row.name,
    runtime: row.runtimeMs,
    total_electrons: row.electrons,
    total_electrons_completed: row.completedElectrons,
    started_at: plainTime(row.startedAt),
    ended_at: plainTime(row.endedAt),
    status: row.status,
    updated_at: plainTime(row.updatedAt),
  };
}

/** A time in UTC without a zone, as these routes have always had it. */
export function plainTime(text: string | null): string | null {
  return text === null ? null : text.replace(" ", "T").replace(/Z$/, "");
}
