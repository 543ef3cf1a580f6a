import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { ComparedPair } from "../../api/comparison.ts";
import { StatusBadge } from "../../components/status.tsx";
import { durationText } from "../../components/time.tsx";
import { VirtualRows } from "../../components/virtual-rows.tsx";
import { shownName } from "../../graph/model/graph.ts";
import { useMedia } from "../../hooks/media.ts";
import { slowerText } from "./differences.ts";

interface CompareTableProps {
  readonly pairs: readonly ComparedPair[];
  /** Ids of the dispatches. */
  readonly a: string;
  readonly b: string;
}

const GRID =
  "grid grid-cols-[minmax(8rem,1fr)_12rem_12rem_4.5rem_minmax(8rem,14rem)] items-center gap-3 px-4 md:px-6 max-md:grid-cols-2 max-md:gap-x-3 max-md:gap-y-0.5 max-md:content-center";
const ROW_HEIGHT = 37;
const CARD_HEIGHT = 76;

/** Nodes of both dispatches, side by side. Only the rows that can be seen are there. */
export function CompareTable({ pairs, a, b }: CompareTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const wide = useMedia("(min-width: 768px)");
  const rows = useVirtualizer({
    count: pairs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (wide ? ROW_HEIGHT : CARD_HEIGHT),
    overscan: 10,
  });
  return (
    <div
      role="table"
      aria-label="Nodes of both"
      aria-rowcount={pairs.length}
      className="flex min-h-64 flex-1 flex-col border-t"
    >
      {wide && (
        <div role="rowgroup" className="border-b bg-panel">
          <div role="row" className={`${GRID} h-9 text-xs font-medium text-soft`}>
            {["Node", "A", "B", "Time", "Differs in"].map((name) => (
              <span key={name} role="columnheader">
                {name}
              </span>
            ))}
          </div>
        </div>
      )}
      <VirtualRows
        scroller={scroller}
        height={rows.getTotalSize()}
        empty="No node is like that."
        rows={rows.getVirtualItems().map(({ index, start, size }) => {
          const pair = pairs[index];
          return (
            pair && (
              <div
                key={index}
                role="row"
                style={{ transform: `translateY(${start}px)`, height: size }}
                className={`absolute inset-x-0 ${GRID} border-b bg-panel hover:bg-hover`}
              >
                <span role="cell" className="truncate font-medium">
                  {shownName(pair)}
                </span>
                <SideCell side={pair.a} dispatchId={a} letter="A" />
                <SideCell side={pair.b} dispatchId={b} letter="B" />
                <span role="cell" className="text-soft tabular-nums max-md:hidden">
                  {slowerText(pair)}
                </span>
                <span
                  role="cell"
                  className="flex gap-1 overflow-hidden max-md:order-first max-md:col-start-2 max-md:row-start-1 max-md:justify-end"
                >
                  {pair.differs.map((difference) => (
                    <span
                      key={difference}
                      className="rounded bg-accent-soft px-1.5 py-0.5 text-xs whitespace-nowrap text-accent"
                    >
                      {pair.type === "parameter" && difference === "output" ? "value" : difference}
                    </span>
                  ))}
                </span>
              </div>
            )
          );
        })}
      />
    </div>
  );
}

interface SideCellProps {
  readonly side: ComparedPair["a"];
  readonly dispatchId: string;
  readonly letter: string;
}

function SideCell({ side, dispatchId, letter }: SideCellProps) {
  if (side === null) {
    return (
      <span role="cell" className="text-faint">
        not in {letter}
      </span>
    );
  }
  return (
    <span role="cell" className="flex min-w-0 items-center gap-2">
      <Link
        to="/dispatches/$dispatchId"
        params={{ dispatchId }}
        search={{ node: side.id }}
        aria-label={`Node ${side.id} of ${letter}`}
        className="rounded font-mono text-xs text-soft hover:text-accent hover:underline"
      >
        {side.id}
      </Link>
      <StatusBadge status={side.status} />
      {side.duration_ms !== null && (
        <span className="text-xs text-soft tabular-nums max-md:hidden">{durationText(side.duration_ms)}</span>
      )}
    </span>
  );
}
