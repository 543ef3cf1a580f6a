import { useQueries } from "@tanstack/react-query";
import {
  type DispatchFilter,
  type DispatchOrder,
  type DispatchSummary,
  dispatchPageQuery,
  ROWS_PER_PAGE,
} from "../../api/dispatches.ts";

/** The pages of the list that rows from `first` to `last` are on. Gives the row of an index, once its page is there. */
export function usePages(
  filter: DispatchFilter,
  order: DispatchOrder,
  first: number,
  last: number,
): (index: number) => DispatchSummary | undefined {
  const from = Math.floor(first / ROWS_PER_PAGE);
  const to = Math.floor(last / ROWS_PER_PAGE);
  const pages = useQueries({
    queries: Array.from({ length: to - from + 1 }, (_, offset) =>
      dispatchPageQuery(filter, order, from + offset),
    ),
  });
  return (index) => pages[Math.floor(index / ROWS_PER_PAGE) - from]?.data?.rows[index % ROWS_PER_PAGE];
}
