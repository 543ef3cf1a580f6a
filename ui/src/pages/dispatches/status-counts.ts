import { STATUS_GROUPS, type StatusGroup } from "./search.ts";

/** How many dispatches there are in each status. */
export type StatusCounts = Readonly<Record<string, number>>;

/** Those of a group of statuses; of all when none is given. */
export function countOf(counts: StatusCounts | undefined, group?: StatusGroup): number {
  const wanted: readonly string[] | undefined = group && STATUS_GROUPS[group];
  return Object.entries(counts ?? {})
    .filter(([status]) => wanted === undefined || wanted.includes(status))
    .reduce((sum, [, count]) => sum + count, 0);
}
