import { BOX_HEIGHT, BOX_WIDTH } from "../layout/request.ts";
import type { Scene } from "./scene.ts";

/** An edge as a cubic curve: from the middle of a side to the middle of another one. */
export interface Curve {
  readonly from: Point;
  readonly control1: Point;
  readonly control2: Point;
  readonly to: Point;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Leaves on the side that the layout flows to and arrives on the other, unless the target lies the other way. */
export function curveOf({ positions, edges, direction }: Scene, edge: number): Curve {
  const { source, target } = edges[edge] ?? { source: 0, target: 0 };
  const from = centre(positions.x[source] ?? 0, positions.y[source] ?? 0);
  const to = centre(positions.x[target] ?? 0, positions.y[target] ?? 0);
  const across = direction === "RIGHT" || direction === "LEFT";
  if (across) {
    const side = to.x >= from.x ? 1 : -1;
    const [start, end] = [from.x + (side * BOX_WIDTH) / 2, to.x - (side * BOX_WIDTH) / 2];
    const bend = Math.max(30, Math.abs(end - start) / 2) * side;
    return {
      from: { x: start, y: from.y },
      control1: { x: start + bend, y: from.y },
      control2: { x: end - bend, y: to.y },
      to: { x: end, y: to.y },
    };
  }
  const side = to.y >= from.y ? 1 : -1;
  const [start, end] = [from.y + (side * BOX_HEIGHT) / 2, to.y - (side * BOX_HEIGHT) / 2];
  const bend = Math.max(24, Math.abs(end - start) / 2) * side;
  return {
    from: { x: from.x, y: start },
    control1: { x: from.x, y: start + bend },
    control2: { x: to.x, y: end - bend },
    to: { x: to.x, y: end },
  };
}

function centre(x: number, y: number): Point {
  return { x: x + BOX_WIDTH / 2, y: y + BOX_HEIGHT / 2 };
}
