import { useMemo } from "react";
import { BOX_HEIGHT, BOX_WIDTH } from "../layout/request.ts";
import type { BoxNodeData } from "./box-node.tsx";
import type { Emphasis } from "./paint.ts";
import { type Scene, type Size, type Viewport, visibleBoxes } from "./scene.ts";

/** So few are elements at any zoom. */
const ALWAYS = 120;
/** So many are elements at most, and none that is too small to read. */
const MOST = 220;
const READABLE_ZOOM = 0.4;

interface ShownNodesOptions {
  readonly scene: Scene;
  readonly viewport: Viewport;
  readonly size: Size;
  readonly emphasis: Emphasis;
  readonly chosen: ReadonlySet<number>;
}

/** The boxes that are elements of the page; when there would be too many, none is. */
export function useShownNodes({ scene, viewport, size, emphasis, chosen }: ShownNodesOptions) {
  const visible = useMemo(() => {
    if (scene.boxes.length <= ALWAYS) return scene.boxes.map((_, at) => at);
    if (viewport.zoom < READABLE_ZOOM) return undefined;
    const inView = visibleBoxes(scene, viewport, size);
    return inView.length > MOST ? undefined : inView;
  }, [scene, viewport, size]);
  const key = visible?.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `visible`, which is new with every move
  const nodes = useMemo(
    () => (visible ?? []).map((at) => nodeFor(scene, at, emphasis, chosen)),
    [key, scene, emphasis, chosen],
  );
  return { nodes, asElements: visible !== undefined };
}

function nodeFor(
  scene: Scene,
  at: number,
  { boxes: standing }: Emphasis,
  chosen: ReadonlySet<number>,
): BoxNodeData {
  const box = scene.boxes[at];
  if (box === undefined) throw new RangeError(`there is no box at ${at}`);
  return {
    id: String(at),
    type: "box",
    position: { x: scene.positions.x[at] ?? 0, y: scene.positions.y[at] ?? 0 },
    width: BOX_WIDTH,
    height: BOX_HEIGHT,
    data: {
      box,
      states: scene.states,
      faint: standing !== undefined && !standing.has(at),
      chosen: chosen.has(at),
    },
    ariaLabel: box.label,
  };
}
