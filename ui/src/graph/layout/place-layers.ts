import { depths } from "../model/fold.ts";
import { BOX_HEIGHT, BOX_WIDTH, emptyPositions, type LayoutRequest, type Positions } from "./request.ts";

/** How far layers, and the boxes of one, are apart. */
const LAYER_GAP = 72;
const BOX_GAP = 24;
/** Times that layers are ordered by their neighbours. */
const SWEEPS = 4;

/**
 * A layered placement in time that grows with the size of the graph alone: each box one layer behind the last that it builds on, in its
 * layer near those. Layers that are very wide are broken into rows.
 */
export function placeLayers(request: LayoutRequest): Positions {
  const { count, sources, targets, direction } = request;
  const edges = sources.map((source, at) => ({ source, target: targets[at] ?? 0 }));
  const depth = depths(count, edges);
  const layers: number[][] = [];
  for (let index = 0; index < count; index++) {
    const layer = depth[index] ?? 0;
    layers[layer] = layers[layer] ?? [];
    layers[layer].push(index);
  }
  orderLayers(layers, count, edges);
  const across = direction === "DOWN" || direction === "UP";
  return placeRows(rowsOf(layers, across), count, direction);
}

type Pair = { readonly source: number; readonly target: number };

/** Sorts each layer by where the neighbours of its boxes are, down and up again. */
function orderLayers(layers: number[][], count: number, edges: readonly Pair[]): void {
  const parents: number[][] = Array.from({ length: count }, () => []);
  const children: number[][] = Array.from({ length: count }, () => []);
  for (const { source, target } of edges) {
    parents[target]?.push(source);
    children[source]?.push(target);
  }
  const place = new Float64Array(count);
  const settle = (layer: readonly number[]) => {
    layer.forEach((index, at) => {
      place[index] = (at + 0.5) / layer.length;
    });
  };
  for (const layer of layers) settle(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbours = sweep % 2 === 0 ? parents : children;
    const inTurn = sweep % 2 === 0 ? layers : layers.toReversed();
    for (const layer of inTurn) {
      const wish = new Map(
        layer.map((index) => [index, meanPlace(neighbours[index] ?? [], place) ?? place[index] ?? 0]),
      );
      layer.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      settle(layer);
    }
  }
}

function meanPlace(indices: readonly number[], place: Float64Array): number | undefined {
  if (indices.length === 0) return undefined;
  return indices.reduce((sum, index) => sum + (place[index] ?? 0), 0) / indices.length;
}

interface Row {
  readonly boxes: readonly number[];
  /** False for a further row of the same layer. */
  readonly begins: boolean;
}

/** As wide as the whole is high, about. */
function rowsOf(layers: readonly (readonly number[])[], across: boolean): readonly Row[] {
  const total = layers.reduce((sum, layer) => sum + layer.length, 0);
  const ratio = across ? BOX_HEIGHT / BOX_WIDTH : BOX_WIDTH / BOX_HEIGHT;
  const widest = Math.max(12, Math.ceil(Math.sqrt(total * ratio) * 2));
  return layers.flatMap((layer) => {
    const rows = Math.ceil(layer.length / widest);
    const perRow = Math.ceil(layer.length / rows);
    return Array.from({ length: rows }, (_, row) => ({
      boxes: layer.slice(row * perRow, (row + 1) * perRow),
      begins: row === 0,
    }));
  });
}

function placeRows(rows: readonly Row[], count: number, direction: LayoutRequest["direction"]): Positions {
  const positions = emptyPositions(count);
  const across = direction === "DOWN" || direction === "UP";
  const [along, thick] = across ? [BOX_WIDTH, BOX_HEIGHT] : [BOX_HEIGHT, BOX_WIDTH];
  const sign = direction === "UP" || direction === "LEFT" ? -1 : 1;
  let far = 0;
  rows.forEach(({ boxes, begins }, at) => {
    if (at > 0) far += thick + (begins ? LAYER_GAP : BOX_GAP);
    boxes.forEach((index, place) => {
      const near = (place - (boxes.length - 1) / 2) * (along + BOX_GAP);
      positions.x[index] = across ? near : sign * far;
      positions.y[index] = across ? sign * far : near;
    });
  });
  return positions;
}
