import { topologicalOrder } from "../model/fold.ts";
import { BOX_HEIGHT, BOX_WIDTH, emptyPositions, type LayoutRequest, type Positions } from "./request.ts";

const GAP = 32;

/** Boxes in rows, in the order in which they can run. */
export function placeGrid({ count, sources, targets }: LayoutRequest): Positions {
  const positions = emptyPositions(count);
  const columns = Math.max(1, Math.ceil(Math.sqrt((count * (BOX_HEIGHT + GAP)) / (BOX_WIDTH + GAP)) * 1.3));
  const order = topologicalOrder(
    count,
    sources.map((source, at) => ({ source, target: targets[at] ?? 0 })),
  );
  order.forEach((index, at) => {
    positions.x[index] = (at % columns) * (BOX_WIDTH + GAP);
    positions.y[index] = Math.floor(at / columns) * (BOX_HEIGHT + GAP);
  });
  return positions;
}
