import type { DispatchOrder } from "../../api/dispatches.ts";

const CHOICES: readonly (readonly [string, DispatchOrder])[] = [
  ["Newest first", { sort: "created", order: "desc" }],
  ["Oldest first", { sort: "created", order: "asc" }],
  ["Last ended first", { sort: "ended", order: "desc" }],
  ["Longest first", { sort: "duration", order: "desc" }],
  ["Most nodes first", { sort: "nodes", order: "desc" }],
  ["By name", { sort: "name", order: "asc" }],
  ["By status", { sort: "status", order: "asc" }],
];

interface SortSelectProps {
  readonly order: DispatchOrder;
  readonly onSort: (order: DispatchOrder) => void;
}

/** The order of the list, where there is no room for a table's head. */
export function SortSelect({ order, onSort }: SortSelectProps) {
  const chosen = CHOICES.findIndex(([, { sort, order: way }]) => sort === order.sort && way === order.order);
  return (
    <select
      aria-label="Order"
      value={chosen}
      onChange={({ target }) => {
        const choice = CHOICES[Number(target.value)];
        if (choice) onSort(choice[1]);
      }}
      className="ml-auto h-8 rounded-md border bg-panel px-2 md:hidden"
    >
      {chosen < 0 && <option value={-1}>As in its address</option>}
      {CHOICES.map(([name], at) => (
        <option key={name} value={at}>
          {name}
        </option>
      ))}
    </select>
  );
}
