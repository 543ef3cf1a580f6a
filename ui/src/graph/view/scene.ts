import { BOX_HEIGHT, BOX_WIDTH, type Direction, type Positions } from "../layout/request.ts";
import type { Box, Boxes } from "../model/boxes.ts";
import type { Graph } from "../model/graph.ts";
import type { NodeStates } from "../model/node-states.ts";

/** Everything that is drawn of a graph but how its nodes do. */
export interface Scene {
  readonly graph: Graph;
  readonly states: NodeStates;
  readonly boxes: readonly Box[];
  readonly edges: Boxes["edges"];
  /** The box of each place in `graph.nodes`; -1 for what is folded away. */
  readonly boxOf: Int32Array;
  readonly positions: Positions;
  readonly direction: Direction;
}

/** What part of the plane is shown, as React Flow has it: a point of the plane is at `point * zoom + (x, y)` on the screen. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

export const LARGEST_ZOOM = 1.6;
export const SMALLEST_ZOOM = 0.005;
/** What lies over the edges of the pane: the search at the top, the tools at the right, the legend at the bottom. */
const MARGINS = { left: 32, right: 72, top: 60, bottom: 60 } as const;

/** The smallest rectangle that all boxes are in. */
export function boundsOf({ boxes, positions }: Pick<Scene, "boxes" | "positions">): Rectangle {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < boxes.length; at++) {
    const [x, y] = [positions.x[at] ?? 0, positions.y[at] ?? 0];
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + BOX_WIDTH);
    bottom = Math.max(bottom, y + BOX_HEIGHT);
  }
  return boxes.length === 0
    ? { x: 0, y: 0, width: 1, height: 1 }
    : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Shows a rectangle as large as it fits, in the middle; of one that is too large its beginning. */
export function fitting(rectangle: Rectangle, size: Size, largestZoom = 1): Viewport {
  const room = {
    width: Math.max(1, size.width - MARGINS.left - MARGINS.right),
    height: Math.max(1, size.height - MARGINS.top - MARGINS.bottom),
  };
  const zoom = Math.max(
    SMALLEST_ZOOM,
    Math.min(largestZoom, room.width / rectangle.width, room.height / rectangle.height),
  );
  return {
    zoom,
    x: MARGINS.left + Math.max(0, room.width - rectangle.width * zoom) / 2 - rectangle.x * zoom,
    y: MARGINS.top + Math.max(0, room.height - rectangle.height * zoom) / 2 - rectangle.y * zoom,
  };
}

/** The places of the boxes of which something can be seen. */
export function visibleBoxes({ boxes, positions }: Scene, viewport: Viewport, size: Size): number[] {
  const left = -viewport.x / viewport.zoom - BOX_WIDTH;
  const top = -viewport.y / viewport.zoom - BOX_HEIGHT;
  const right = (size.width - viewport.x) / viewport.zoom;
  const bottom = (size.height - viewport.y) / viewport.zoom;
  const visible: number[] = [];
  for (let at = 0; at < boxes.length; at++) {
    const [x, y] = [positions.x[at] ?? 0, positions.y[at] ?? 0];
    if (x > left && x < right && y > top && y < bottom) visible.push(at);
  }
  return visible;
}

/** The box at a point of the plane. */
export function boxAt({ boxes, positions }: Scene, x: number, y: number): number | undefined {
  for (let at = boxes.length - 1; at >= 0; at--) {
    const [left, top] = [positions.x[at] ?? 0, positions.y[at] ?? 0];
    if (x >= left && x <= left + BOX_WIDTH && y >= top && y <= top + BOX_HEIGHT) return at;
  }
  return undefined;
}
