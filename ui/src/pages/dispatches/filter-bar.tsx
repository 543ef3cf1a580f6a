import { Search } from "lucide-react";
import type { DispatchOrder } from "../../api/dispatches.ts";
import { STATUS_FILL, statusLook } from "../../components/status.tsx";
import { type DispatchesSearch, STATUS_GROUPS, type StatusGroup } from "./search.ts";
import { SortSelect } from "./sort-select.tsx";
import { countOf, type StatusCounts } from "./status-counts.ts";

interface FilterBarProps {
  readonly search: DispatchesSearch;
  readonly order: DispatchOrder;
  readonly counts: StatusCounts | undefined;
  readonly onChange: (change: DispatchesSearch) => void;
}

/** Which dispatches the list has. */
export function FilterBar({ search, order, counts, onChange }: FilterBarProps) {
  const groups: readonly (StatusGroup | undefined)[] = [
    undefined,
    "running",
    "completed",
    "failed",
    "cancelled",
    "pending",
  ];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pb-3 md:px-6">
      <label className="flex h-8 w-64 items-center gap-2 rounded-md border bg-panel px-2 text-soft focus-within:border-accent max-sm:w-full">
        <Search aria-hidden className="size-4 shrink-0" />
        <input
          type="search"
          aria-label="Search by name, id or tag"
          placeholder="Name, id or tag"
          value={search.q ?? ""}
          onChange={(event) => onChange({ q: event.target.value })}
          className="w-full bg-transparent text-ink outline-none placeholder:text-faint"
        />
      </label>
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">Status</legend>
        {groups.map((group) => (
          <StatusPill
            key={group ?? "all"}
            group={group}
            count={countOf(counts, group)}
            chosen={search.status === group}
            onChoose={() => onChange({ status: group })}
          />
        ))}
      </fieldset>
      <label className="flex items-center gap-2 text-soft">
        <input
          type="checkbox"
          checked={search.subs === true}
          onChange={(event) => onChange({ subs: event.target.checked || undefined } as DispatchesSearch)}
          className="size-4 accent-accent"
        />
        Sublattices
      </label>
      <SortSelect order={order} onSort={onChange} />
    </div>
  );
}

interface StatusPillProps {
  readonly group: StatusGroup | undefined;
  readonly count: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function StatusPill({ group, count, chosen, onChoose }: StatusPillProps) {
  const look = group && statusLook(STATUS_GROUPS[group].at(1) ?? STATUS_GROUPS[group][0]);
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className="inline-flex h-8 items-center gap-1.5 rounded-md border border-transparent px-2.5 text-[13px] text-soft transition-colors hover:bg-hover aria-pressed:border-line aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink"
    >
      {look && <span aria-hidden className={`size-2 rounded-full ${STATUS_FILL[look.color]}`} />}
      {group === undefined ? "All" : group[0]?.toUpperCase() + group.slice(1)}
      <span className="text-xs tabular-nums text-faint">{count.toLocaleString()}</span>
    </button>
  );
}
