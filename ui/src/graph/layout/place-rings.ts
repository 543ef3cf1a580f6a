import { depths } from "../model/fold.ts";
import { BOX_WIDTH, emptyPositions, type LayoutRequest, type Positions } from "./request.ts";

/** More than a box is wide: side by side they lie on neighbouring rings. */
const RING_GAP = 240;
const BOX_GAP = 36;

/** Layers as rings around what the graph begins with, each as wide as its boxes need. */
export function placeRings({ count, sources, targets }: LayoutRequest): Positions {
  const positions = emptyPositions(count);
  const depth = depths(
    count,
    sources.map((source, at) => ({ source, target: targets[at] ?? 0 })),
  );
  const rings: number[][] = [];
  for (let index = 0; index < count; index++) {
    const ring = depth[index] ?? 0;
    rings[ring] = rings[ring] ?? [];
    rings[ring].push(index);
  }
  let radius = 0;
  rings.forEach((ring, at) => {
    // As the chord from a box to the next one, not the arc: with three boxes they differ.
    const needed = ring.length === 1 ? 0 : (BOX_WIDTH + BOX_GAP) / (2 * Math.sin(Math.PI / ring.length));
    radius = Math.max(at === 0 ? 0 : radius + RING_GAP, needed);
    ring.forEach((index, place) => {
      const angle = (2 * Math.PI * (place + 0.5)) / ring.length - Math.PI / 2;
      positions.x[index] = radius * Math.cos(angle);
      positions.y[index] = radius * Math.sin(angle);
    });
  });
  return positions;
}
