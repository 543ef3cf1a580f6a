import { type MouseEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useIsDark } from "../../../app/theme.ts";
import { durationText } from "../../../components/time.tsx";
import { shownName } from "../../../graph/model/graph.ts";
import { useSize } from "../../../graph/view/use-size.ts";
import { useNow } from "../../../hooks/now.ts";
import type { LiveGraph } from "../use-graph.ts";
import { lanesOf } from "./lanes.ts";
import { type Frame, HEAD_HEIGHT, LANE_HEIGHT, paintTimeline, spanAt } from "./paint-timeline.ts";

interface TimelineProps {
  readonly live: LiveGraph;
  readonly onChoose: (nodeId: number | undefined) => void;
}

/** When each node ran, on lanes by executor. The table has the same for those who cannot see it. */
export function Timeline({ live, onChoose }: TimelineProps) {
  const { graph, states } = live;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const [top, setTop] = useState(0);
  const [pointed, setPointed] = useState<number>();
  const version = useSyncExternalStore(states.subscribe, states.version);
  const running = useMemo(() => hasRunning(live, version), [live, version]);
  const now = useNow(running);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for what is read of the states
  const lanes = useMemo(() => lanesOf(live, now), [live, version, now]);
  const dark = useIsDark();
  const frame: Frame = { lanes, size, top, pointed };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `dark` stands for the colours that are read
  useEffect(() => paintTimeline(canvas.current, live, frame), [live, lanes, size, top, pointed, dark]);
  const hit = ({ nativeEvent }: MouseEvent) => spanAt(frame, nativeEvent.offsetX, nativeEvent.offsetY);
  if (lanes.length === 0) return <p className="p-6 text-soft">Nothing has started yet.</p>;
  const node = pointed === undefined ? undefined : graph.nodes[pointed];
  return (
    <div
      ref={scroller}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      className="relative min-h-0 flex-1 overflow-auto"
    >
      <div style={{ height: HEAD_HEIGHT + lanes.length * LANE_HEIGHT + 16 }}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`When ${graph.nodes.length} nodes ran; the table has the same as text`}
          onMouseMove={(event) => setPointed(hit(event)?.index)}
          onMouseLeave={() => setPointed(undefined)}
          onClick={(event) => {
            const index = hit(event)?.index;
            if (index !== undefined) onChoose(graph.nodes[index]?.id);
          }}
          className="sticky top-0 block"
          style={{ width: size.width, height: size.height }}
        />
      </div>
      {node && (
        <output className="fixed right-6 bottom-6 rounded-md border bg-raised px-3 py-2 shadow-float">
          {shownName(node)}{" "}
          <span className="text-soft">
            #{node.id}, {ranText(live, pointed ?? 0, now)}
          </span>
        </output>
      )}
    </div>
  );
}

function hasRunning({ graph, states }: LiveGraph, _version: number): boolean {
  return graph.nodes.some(
    (_, index) => states.at(index).startedAt !== null && states.at(index).endedAt === null,
  );
}

function ranText({ states }: LiveGraph, index: number, now: number): string {
  const { startedAt, endedAt } = states.at(index);
  return durationText((endedAt ?? now) - (startedAt ?? now));
}
