/** What is laid out: boxes of one size, and edges between their places. */
export interface LayoutRequest {
  readonly count: number;
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  readonly kind: LayoutKind;
  readonly direction: Direction;
}

export const LAYOUTS = ["layered", "tree", "force", "radial", "rectangular"] as const;
export type LayoutKind = (typeof LAYOUTS)[number];
export const DIRECTIONS = ["DOWN", "RIGHT", "UP", "LEFT"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** The upper left corner of each box. */
export interface Positions {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export const BOX_WIDTH = 196;
export const BOX_HEIGHT = 48;

export function emptyPositions(count: number): Positions {
  return { x: new Float64Array(count), y: new Float64Array(count) };
}
