import { useMemo, useSyncExternalStore } from "react";
import { STATUS_FILL } from "../../components/status.tsx";
import { type Graph, isStructural } from "../model/graph.ts";
import type { NodeStates } from "../model/node-states.ts";
import { STATUS_COLORS, tallyOf } from "../model/tally.ts";

/** What the colours mean, and how many tasks have each. */
export function Legend({ graph, states }: { graph: Graph; states: NodeStates }) {
  useSyncExternalStore(states.subscribe, states.version);
  const tasks = useMemo(
    () => graph.nodes.flatMap((node, index) => (isStructural(node) ? [] : [index])),
    [graph],
  );
  const tally = tallyOf(tasks, states);
  return (
    <ul
      aria-label="Tasks by status"
      className="absolute bottom-3 left-3 flex flex-wrap gap-x-3 gap-y-1 rounded-md border bg-panel px-2.5 py-1.5 text-xs shadow-panel max-sm:right-3"
    >
      {STATUS_COLORS.filter((color) => tally[color] > 0).map((color) => (
        <li key={color} className="flex items-center gap-1.5">
          <span aria-hidden className={`size-2 rounded-full ${STATUS_FILL[color]}`} />
          <span className="text-soft capitalize">{color}</span>
          <span className="tabular-nums">{tally[color].toLocaleString()}</span>
        </li>
      ))}
    </ul>
  );
}
