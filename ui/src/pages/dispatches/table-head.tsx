import { ArrowDown, ArrowUp } from "lucide-react";
import type { DispatchOrder, DispatchSort } from "../../api/dispatches.ts";
import { COLUMNS } from "./columns.ts";

interface TableHeadProps {
  readonly order: DispatchOrder;
  readonly onSort: (order: DispatchOrder) => void;
}

const HEADS: readonly { readonly name: string; readonly sort: DispatchSort }[] = [
  { name: "Name", sort: "name" },
  { name: "Progress", sort: "nodes" },
  { name: "Status", sort: "status" },
  { name: "Started", sort: "started" },
  { name: "Duration", sort: "duration" },
];

/** The names of the columns; each sorts the list. */
export function TableHead({ order, onSort }: TableHeadProps) {
  return (
    <div role="rowgroup" className="border-y bg-panel">
      <div role="row" className={`${COLUMNS} h-9 text-xs text-soft`}>
        <span role="columnheader">
          <span className="sr-only">Selection</span>
        </span>
        {HEADS.map(({ name, sort }) => (
          <HeadCell key={sort} name={name} sort={sort} order={order} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

function HeadCell({ name, sort, order, onSort }: TableHeadProps & { name: string; sort: DispatchSort }) {
  const isSorted = order.sort === sort;
  const ascending = order.order === "asc";
  const Arrow = ascending ? ArrowUp : ArrowDown;
  const next = { sort, order: isSorted && !ascending ? "asc" : "desc" } as const;
  return (
    <span role="columnheader" aria-sort={isSorted ? (ascending ? "ascending" : "descending") : "none"}>
      <button
        type="button"
        onClick={() => onSort(next)}
        className="inline-flex items-center gap-1 rounded py-1 font-medium hover:text-ink"
      >
        {name}
        {isSorted && <Arrow aria-hidden className="size-3" />}
      </button>
    </span>
  );
}
