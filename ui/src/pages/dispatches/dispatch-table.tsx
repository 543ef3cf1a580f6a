import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { DispatchFilter, DispatchOrder } from "../../api/dispatches.ts";
import { VirtualRows } from "../../components/virtual-rows.tsx";
import { useMedia } from "../../hooks/media.ts";
import { DispatchCard, DispatchRow, PendingRow } from "./dispatch-row.tsx";
import { TableHead } from "./table-head.tsx";
import { usePages } from "./use-pages.ts";

interface DispatchTableProps {
  readonly filter: DispatchFilter;
  readonly order: DispatchOrder;
  readonly total: number | undefined;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onSort: (order: DispatchOrder) => void;
}

const ROW_HEIGHT = 41;
const CARD_HEIGHT = 92;
const PENDING_ROWS = 5;

/** Only the rows that can be seen are there; the pages that they are on are asked for as they come into view. */
export function DispatchTable({ filter, order, total, selected, onSelect, onSort }: DispatchTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const wide = useMedia("(min-width: 768px)");
  const rows = useVirtualizer({
    // Until it is known how many there are, rows that are on their way stand for them.
    count: total ?? PENDING_ROWS,
    getScrollElement: () => scroller.current,
    estimateSize: () => (wide ? ROW_HEIGHT : CARD_HEIGHT),
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const rowAt = usePages(filter, order, items.at(0)?.index ?? 0, items.at(-1)?.index ?? 0);
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const Row = wide ? DispatchRow : DispatchCard;
  return (
    <div role="table" aria-label="Dispatches" aria-rowcount={total} className="flex min-h-0 flex-1 flex-col">
      {wide && <TableHead order={order} onSort={onSort} />}
      <VirtualRows
        scroller={scroller}
        height={rows.getTotalSize()}
        rows={items.map(({ index, start, size }) => {
          const row = rowAt(index);
          const style = { transform: `translateY(${start}px)`, height: size };
          return row === undefined ? (
            <PendingRow key={index} style={style} />
          ) : (
            <Row
              key={index}
              row={row}
              style={style}
              selected={selected.has(row.dispatch_id)}
              onToggle={toggle}
            />
          );
        })}
        empty="No dispatch is like that."
      />
    </div>
  );
}
