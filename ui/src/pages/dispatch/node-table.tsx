import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useRef, useState, useSyncExternalStore } from "react";
import { serverNow } from "../../api/server-clock.ts";
import { SearchField } from "../../components/search-field.tsx";
import { StatusBadge } from "../../components/status.tsx";
import { Duration, Time } from "../../components/time.tsx";
import { VirtualRows } from "../../components/virtual-rows.tsx";
import { isStructural, shownName } from "../../graph/model/graph.ts";
import type { LiveGraph } from "./use-graph.ts";

interface NodeTableProps {
  readonly live: LiveGraph;
  readonly chosen: number | undefined;
  readonly onChoose: (nodeId: number) => void;
}

type Column = "id" | "name" | "executor" | "status" | "started" | "duration";

const COLUMNS: readonly (readonly [Column, string])[] = [
  ["id", "Id"],
  ["name", "Name"],
  ["status", "Status"],
  ["executor", "Executor"],
  ["started", "Started"],
  ["duration", "Duration"],
];
const GRID =
  "grid grid-cols-[3.5rem_minmax(8rem,1fr)_8.5rem_7rem_8rem_6rem] items-center gap-3 px-4 md:px-6 max-sm:grid-cols-[3rem_1fr_7rem] max-sm:*:nth-[n+4]:hidden";
const ROW_HEIGHT = 37;

/** The nodes that run code as a table: sorted by what is clicked, found by name. */
export function NodeTable({ live, chosen, onChoose }: NodeTableProps) {
  const [sort, setSort] = useState<{ readonly by: Column; readonly down: boolean }>({
    by: "id",
    down: false,
  });
  const [text, setText] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const order = useOrder(live, text, sort);
  const rows = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  return (
    <>
      <div className="px-4 py-2 md:px-6">
        <SearchField label="Search nodes" placeholder="Find a node" value={text} onChange={setText} />
      </div>
      <div
        role="table"
        aria-label="Nodes"
        aria-rowcount={order.length}
        className="flex min-h-0 flex-1 flex-col"
      >
        <div role="rowgroup" className="border-y bg-panel">
          <div role="row" className={`${GRID} h-9 text-xs text-soft`}>
            {COLUMNS.map(([by, name]) => (
              <HeadCell
                key={by}
                name={name}
                down={sort.by === by ? sort.down : undefined}
                onSort={() => setSort({ by, down: sort.by === by && !sort.down })}
              />
            ))}
          </div>
        </div>
        <VirtualRows
          scroller={scroller}
          height={rows.getTotalSize()}
          empty="No node is like that."
          rows={rows
            .getVirtualItems()
            .map(({ index, start, size }) => (
              <NodeRow
                key={order[index]}
                live={live}
                index={order[index] ?? 0}
                top={start}
                height={size}
                chosen={chosen}
                onChoose={onChoose}
              />
            ))}
        />
      </div>
    </>
  );
}

function HeadCell({ name, down, onSort }: { name: string; down: boolean | undefined; onSort: () => void }) {
  const Arrow = down ? ArrowDown : ArrowUp;
  return (
    <span role="columnheader" aria-sort={down === undefined ? "none" : down ? "descending" : "ascending"}>
      <button
        type="button"
        onClick={onSort}
        className="inline-flex items-center gap-1 rounded py-1 font-medium hover:text-ink"
      >
        {name}
        {down !== undefined && <Arrow aria-hidden className="size-3" />}
      </button>
    </span>
  );
}

interface NodeRowProps extends NodeTableProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

function NodeRow({ live, index, top, height, chosen, onChoose }: NodeRowProps) {
  const node = live.graph.nodes[index];
  if (node === undefined) return null;
  const state = live.states.at(index);
  return (
    <div
      role="row"
      aria-selected={node.id === chosen}
      style={{ transform: `translateY(${top}px)`, height }}
      className={`absolute inset-x-0 ${GRID} border-b bg-panel hover:bg-hover aria-selected:bg-accent-soft`}
    >
      <span role="cell" className="tabular-nums text-soft">
        {node.id}
      </span>
      <span role="cell" className="min-w-0">
        <button
          type="button"
          onClick={() => onChoose(node.id)}
          className="max-w-full truncate rounded font-medium hover:text-accent hover:underline"
        >
          {shownName(node)}
        </button>
      </span>
      <span role="cell" title={state.reason}>
        <StatusBadge status={state.status} />
      </span>
      <span role="cell" className="truncate text-soft">
        {node.executor}
      </span>
      <span role="cell" className="text-soft">
        <Time at={state.startedAt} />
      </span>
      <span role="cell">
        <Duration from={state.startedAt} to={state.endedAt} />
      </span>
    </div>
  );
}

/** Places of the nodes that are shown, in order. */
function useOrder(
  { graph, states }: LiveGraph,
  text: string,
  { by, down }: { readonly by: Column; readonly down: boolean },
) {
  const version = useSyncExternalStore(states.subscribe, states.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for what is read of the states
  return useMemo(() => {
    const wanted = text.toLowerCase();
    const keyOf = (index: number): string | number => {
      const state = states.at(index);
      if (by === "name") return graph.nodes[index]?.name.toLowerCase() ?? "";
      if (by === "executor") return graph.nodes[index]?.executor ?? "";
      if (by === "status") return state.status;
      if (by === "started") return state.startedAt ?? Number.MAX_SAFE_INTEGER;
      if (by === "duration")
        return state.startedAt === null ? -1 : (state.endedAt ?? serverNow()) - state.startedAt;
      return index;
    };
    const kept = graph.nodes.flatMap((node, index) =>
      !isStructural(node) && node.name.toLowerCase().includes(wanted) ? [{ index, key: keyOf(index) }] : [],
    );
    kept.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
    const order = kept.map(({ index }) => index);
    return down ? order.reverse() : order;
  }, [graph, states, text, by, down, version]);
}
