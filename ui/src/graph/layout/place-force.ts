import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from "d3-force";
import { placeLayers } from "./place-layers.ts";
import { BOX_WIDTH, emptyPositions, type LayoutRequest, type Positions } from "./request.ts";

/** What it may take, in milliseconds: then it stays as good as it is. */
const BUDGET_MS = 700;

/** Boxes that repel one another, held together by their edges. */
export function placeForce(request: LayoutRequest): Positions {
  const start = placeLayers(request);
  const nodes: SimulationNodeDatum[] = Array.from({ length: request.count }, (_, index) => ({
    index,
    x: start.x[index],
    y: start.y[index],
  }));
  const links = request.sources.map((source, at) => ({ source, target: request.targets[at] ?? 0 }));
  const simulation = forceSimulation(nodes)
    .force("charge", forceManyBody().strength(-900).distanceMax(1_500))
    .force(
      "link",
      forceLink(links)
        .distance(BOX_WIDTH * 0.9)
        .strength(0.5),
    )
    .force("collide", forceCollide(BOX_WIDTH * 0.55))
    .force("x", forceX().strength(0.03))
    .force("y", forceY().strength(0.05))
    .stop();
  const ends = performance.now() + BUDGET_MS;
  for (let tick = 0; tick < 300 && performance.now() < ends; tick++) simulation.tick();
  const positions = emptyPositions(request.count);
  nodes.forEach(({ x = 0, y = 0 }, index) => {
    positions.x[index] = x;
    positions.y[index] = y;
  });
  return positions;
}
