import { exactDurationText } from "../../../components/exact-duration.ts";
import { statusLook } from "../../../components/status.tsx";
import { shownName } from "../../../graph/model/graph.ts";
import { type Palette, readPalette } from "../../../graph/view/palette.ts";
import type { Size } from "../../../graph/view/scene.ts";
import type { LiveGraph } from "../use-graph.ts";
import type { Lane, Span } from "./lanes.ts";
import { roundStep } from "./ticks.ts";

export const LANE_HEIGHT = 26;
export const HEAD_HEIGHT = 30;
const NAME_WIDTH = 96;
const RIGHT_MARGIN = 24;
/** Pixels that a time takes up at least. */
const TICK_WIDTH = 88;

export interface Frame {
  readonly lanes: readonly Lane[];
  readonly size: Size;
  /** How far it is scrolled. */
  readonly top: number;
  /** The place in the graph of the node that is pointed at. */
  readonly pointed: number | undefined;
}

interface Scale {
  readonly from: number;
  readonly pixelsPerMs: number;
}

/** Draws the lanes that are in view. */
export function paintTimeline(canvas: HTMLCanvasElement | null, live: LiveGraph, frame: Frame): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const { size, lanes, top } = frame;
  const ratio = Math.min(2, devicePixelRatio);
  canvas.width = size.width * ratio;
  canvas.height = size.height * ratio;
  context.scale(ratio, ratio);
  const palette = readPalette();
  const scale = scaleOf(frame);
  context.font = "12px ui-sans-serif, system-ui, sans-serif";
  context.textBaseline = "middle";
  const first = Math.max(0, Math.floor((top - HEAD_HEIGHT) / LANE_HEIGHT));
  const last = Math.min(lanes.length, first + Math.ceil(size.height / LANE_HEIGHT) + 1);
  paintGrid(context, frame, scale, palette);
  for (let at = first; at < last; at++) {
    const lane = lanes[at];
    if (lane === undefined) continue;
    const y = HEAD_HEIGHT + at * LANE_HEIGHT - top;
    if (lanes[at - 1]?.executor !== lane.executor || at === first) {
      context.fillStyle = palette.soft;
      context.fillText(lane.executor.slice(0, 12), 16, y + LANE_HEIGHT / 2);
    }
    for (const span of lane.spans) paintSpan(context, live, span, y, scale, frame, palette);
  }
  paintTimes(context, frame, scale, palette);
}

function paintSpan(
  context: CanvasRenderingContext2D,
  { graph, states }: LiveGraph,
  span: Span,
  y: number,
  scale: Scale,
  { pointed }: Frame,
  palette: Palette,
): void {
  const { x, width } = extent(span, scale);
  const node = graph.nodes[span.index];
  context.fillStyle = palette.status[statusLook(states.at(span.index).status).color];
  context.globalAlpha = pointed === span.index ? 1 : 0.82;
  context.beginPath();
  context.roundRect(x, y + 3, width, LANE_HEIGHT - 6, Math.min(4, width / 2));
  context.fill();
  context.globalAlpha = 1;
  if (node === undefined || width < 40) return;
  context.save();
  context.clip();
  context.fillStyle = palette.panel;
  context.fillText(shownName(node), x + 6, y + LANE_HEIGHT / 2);
  context.restore();
}

/** Lines at round times, behind the spans. */
function paintGrid(context: CanvasRenderingContext2D, { size }: Frame, scale: Scale, palette: Palette): void {
  context.fillStyle = palette.line;
  for (const { x } of ticksOf(size, scale)) context.fillRect(x, HEAD_HEIGHT - 6, 1, size.height);
}

/** The times, in front of what is scrolled up. */
function paintTimes(
  context: CanvasRenderingContext2D,
  { size }: Frame,
  scale: Scale,
  palette: Palette,
): void {
  context.fillStyle = palette.canvas;
  context.fillRect(0, 0, size.width, HEAD_HEIGHT - 2);
  context.fillStyle = palette.soft;
  for (const { x, ms } of ticksOf(size, scale))
    context.fillText(exactDurationText(ms), x + 2, HEAD_HEIGHT / 2);
}

function ticksOf(
  { width }: Size,
  { pixelsPerMs }: Scale,
): readonly { readonly x: number; readonly ms: number }[] {
  const room = width - NAME_WIDTH - RIGHT_MARGIN;
  const step = roundStep(TICK_WIDTH / pixelsPerMs);
  const count = Math.floor(room / (step * pixelsPerMs)) + 1;
  return Array.from({ length: count }, (_, tick) => ({
    x: NAME_WIDTH + tick * step * pixelsPerMs,
    ms: tick * step,
  })).filter(({ x }) => x + TICK_WIDTH / 2 <= width || count === 1);
}

function scaleOf({ lanes, size }: Frame): Scale {
  let [from, to] = [Infinity, -Infinity];
  for (const { spans } of lanes) {
    for (const span of spans) {
      from = Math.min(from, span.from);
      to = Math.max(to, span.to);
    }
  }
  return { from, pixelsPerMs: (size.width - NAME_WIDTH - RIGHT_MARGIN) / Math.max(1, to - from) };
}

function extent(span: Span, { from, pixelsPerMs }: Scale): { readonly x: number; readonly width: number } {
  return {
    x: NAME_WIDTH + (span.from - from) * pixelsPerMs,
    width: Math.max(2, (span.to - span.from) * pixelsPerMs),
  };
}

/** The span at a point of the picture. */
export function spanAt(frame: Frame, x: number, y: number): Span | undefined {
  const lane = frame.lanes[Math.floor((y + frame.top - HEAD_HEIGHT) / LANE_HEIGHT)];
  const scale = scaleOf(frame);
  return lane?.spans.find((span) => {
    const place = extent(span, scale);
    return x >= place.x - 1 && x <= place.x + place.width + 1;
  });
}
