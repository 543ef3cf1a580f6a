import { expect, it } from "vitest";
import { placeForce } from "./place-force.ts";
import { placeGrid } from "./place-grid.ts";
import { placeLayers } from "./place-layers.ts";
import { placeRings } from "./place-rings.ts";
import { BOX_HEIGHT, BOX_WIDTH, DIRECTIONS, type LayoutRequest, type Positions } from "./request.ts";

/** A chain of layers of 30, each box built on two of the layer before. */
const request: LayoutRequest = {
  count: 120,
  sources: Array.from({ length: 180 }, (_, at) => (Math.floor(at / 60) * 30 + (at % 30)) % 120),
  targets: Array.from({ length: 180 }, (_, at) => Math.floor(at / 60) * 30 + 30 + ((at * 7) % 30)),
  kind: "layered",
  direction: "DOWN",
};

it.each([
  ["layers", placeLayers],
  ["rings", placeRings],
  ["a grid", placeGrid],
])("in %s no box lies on another", (_, place) => {
  expect(overlaps(place(request))).toEqual([]);
});

it.each([2, 3, 5])("%d boxes on the innermost ring keep apart", (count) => {
  expect(overlaps(placeRings({ ...request, count, sources: [], targets: [] }))).toEqual([]);
});

it.each(DIRECTIONS)("layers follow one another %s", (direction) => {
  const { x, y } = placeLayers({ ...request, direction });
  const along = direction === "DOWN" || direction === "UP" ? y : x;
  const sign = direction === "UP" || direction === "LEFT" ? -1 : 1;
  const backwards = request.sources.filter(
    (source, at) => sign * ((along[request.targets[at] ?? 0] ?? 0) - (along[source] ?? 0)) <= 0,
  );
  expect(backwards).toEqual([]);
});

it("a layer of thousands is broken into rows, so that the whole can be seen", () => {
  const { x, y } = placeLayers({
    count: 4_000,
    sources: [],
    targets: [],
    kind: "layered",
    direction: "DOWN",
  });
  const [width, height] = [Math.max(...x) - Math.min(...x), Math.max(...y) - Math.min(...y)];
  expect(width / height).toBeLessThan(6);
});

it("forces give every box a place", () => {
  expect([...placeForce(request).x].every(Number.isFinite)).toBe(true);
});

function overlaps({ x, y }: Positions): string[] {
  const found: string[] = [];
  for (let a = 0; a < x.length; a++) {
    for (let b = a + 1; b < x.length; b++) {
      const [dx, dy] = [Math.abs((x[a] ?? 0) - (x[b] ?? 0)), Math.abs((y[a] ?? 0) - (y[b] ?? 0))];
      if (dx < BOX_WIDTH && dy < BOX_HEIGHT) found.push(`${a} and ${b}`);
    }
  }
  return found;
}
