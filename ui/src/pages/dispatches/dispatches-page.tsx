/**
 * The list of dispatches: found by name, id or tag, filtered, sorted and paged by the server, so that it is as fast with 100,000 of them;
 * kept current by events.
 */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { type DispatchFilter, dispatchCountsQuery, dispatchPageQuery } from "../../api/dispatches.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { useDebounced } from "../../hooks/debounced.ts";
import { DispatchTable } from "./dispatch-table.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { FirstWorkflow } from "./first-workflow.tsx";
import { type DispatchesSearch, NEWEST_FIRST, STATUS_GROUPS } from "./search.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { Totals } from "./totals.tsx";

const TYPING_MS = 250;

export function DispatchesPage() {
  const search = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const change = (more: DispatchesSearch) =>
    void navigate({ search: (before) => dropAbsent({ ...before, ...more }), replace: true });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filter = useFilter(search);
  const order = {
    ...NEWEST_FIRST,
    ...(search.sort && { sort: search.sort }),
    ...(search.order && { order: search.order }),
  };
  const counts = useQuery(dispatchCountsQuery(filter));
  const firstPage = useQuery(dispatchPageQuery(filter, order, 0));
  const isUnfiltered = search.q === undefined && search.status === undefined;
  if (firstPage.data?.total === 0 && isUnfiltered && !search.subs) return <FirstWorkflow />;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Totals counts={counts.data} />
      <FilterBar search={search} order={order} counts={counts.data} onChange={change} />
      {firstPage.error && (
        <div className="px-4 pb-3 md:px-6">
          <ErrorPanel error={firstPage.error} />
        </div>
      )}
      <DispatchTable
        key={JSON.stringify([filter, order])}
        filter={filter}
        order={order}
        total={firstPage.data?.total}
        selected={selected}
        onSelect={setSelected}
        onSort={(sorted) => change(sorted)}
      />
      <SelectionBar selected={selected} onDone={() => setSelected(new Set())} />
    </div>
  );
}

function useFilter(search: DispatchesSearch): DispatchFilter {
  const text = useDebounced(search.q ?? "", TYPING_MS);
  return {
    search: text,
    statuses: search.status === undefined ? [] : STATUS_GROUPS[search.status],
    subDispatches: search.subs === true,
  };
}

function dropAbsent(search: DispatchesSearch): DispatchesSearch {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ""),
  );
}
