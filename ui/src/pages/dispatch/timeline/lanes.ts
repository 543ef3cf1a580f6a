import { isStructural } from "../../../graph/model/graph.ts";
import type { LiveGraph } from "../use-graph.ts";

/** When a node ran. Times are milliseconds since the epoch. */
export interface Span {
  /** The node's place in the graph. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** Spans that do not overlap, on one line. */
export interface Lane {
  readonly executor: string;
  readonly spans: readonly Span[];
}

/** By executor, as few lanes as nothing overlaps in. What runs ends `now`. */
export function lanesOf({ graph, states }: LiveGraph, now: number): readonly Lane[] {
  const byExecutor = new Map<string, Span[]>();
  graph.nodes.forEach((node, index) => {
    const { startedAt, endedAt } = states.at(index);
    if (startedAt === null || isStructural(node)) return;
    const spans = byExecutor.get(node.executor) ?? [];
    spans.push({ index, from: startedAt, to: Math.max(startedAt, endedAt ?? now) });
    byExecutor.set(node.executor, spans);
  });
  return [...byExecutor].flatMap(([executor, spans]) =>
    pack(spans).map((packed) => ({ executor, spans: packed })),
  );
}

/** Each span goes to the first lane that is free by then. */
function pack(spans: readonly Span[]): Span[][] {
  const lanes: { readonly spans: Span[]; free: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || a.index - b.index)) {
    let lane = lanes.find(({ free }) => free <= span.from);
    if (lane === undefined) {
      lane = { spans: [], free: 0 };
      lanes.push(lane);
    }
    lane.spans.push(span);
    lane.free = Math.max(span.to, span.from + 1);
  }
  return lanes.map((lane) => lane.spans);
}
