import { placeForce } from "./place-force.ts";
import { placeGrid } from "./place-grid.ts";
import { placeLayers } from "./place-layers.ts";
import { placeRings } from "./place-rings.ts";
import type { LayoutKind, LayoutRequest, Positions } from "./request.ts";

const PLACE: Readonly<Record<LayoutKind, (request: LayoutRequest) => Positions>> = {
  layered: placeLayers,
  tree: placeLayers,
  force: placeForce,
  radial: placeRings,
  rectangular: placeGrid,
};

addEventListener(
  "message",
  ({ data }: MessageEvent<{ readonly id: number; readonly request: LayoutRequest }>) => {
    postMessage({ id: data.id, positions: PLACE[data.request.kind](data.request) });
  },
);
