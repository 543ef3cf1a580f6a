import { type PointerEvent, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useIsDark } from "../../app/theme.ts";
import { BOX_HEIGHT, BOX_WIDTH } from "../layout/request.ts";
import { colorOf } from "../model/tally.ts";
import { readPalette } from "./palette.ts";
import { boundsOf, type Rectangle, type Scene, type Size, type Viewport } from "./scene.ts";

const WIDTH = 168;
const HEIGHT = 112;
/** Pixels: a view that is smaller could not be seen. */
const SMALLEST_VIEW = 6;

interface MiniMapProps {
  readonly scene: Scene;
  readonly viewport: Viewport;
  readonly size: Size;
  readonly onMove: (viewport: Viewport) => void;
}

/** The whole graph, small, with what is in view; pointing at it goes there. */
export function MiniMap({ scene, viewport, size, onMove }: MiniMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const bounds = useMemo(() => boundsOf(scene), [scene]);
  const scale = Math.min(WIDTH / bounds.width, HEIGHT / bounds.height) * 0.9;
  const version = useSyncExternalStore(scene.states.subscribe, scene.states.version);
  const dark = useIsDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `dark` stand for what is read of states and theme
  useEffect(() => paintMap(canvas.current, scene, bounds, scale), [scene, bounds, scale, version, dark]);
  const go = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = bounds.x + bounds.width / 2 + (event.clientX - box.left - WIDTH / 2) / scale;
    const y = bounds.y + bounds.height / 2 + (event.clientY - box.top - HEIGHT / 2) / scale;
    const { zoom } = viewport;
    onMove({ zoom, x: size.width / 2 - x * zoom, y: size.height / 2 - y * zoom });
  };
  const shown = {
    left: WIDTH / 2 + (-viewport.x / viewport.zoom - bounds.x - bounds.width / 2) * scale,
    top: HEIGHT / 2 + (-viewport.y / viewport.zoom - bounds.y - bounds.height / 2) * scale,
    width: Math.max(SMALLEST_VIEW, (size.width / viewport.zoom) * scale),
    height: Math.max(SMALLEST_VIEW, (size.height / viewport.zoom) * scale),
  };
  return (
    <div
      aria-hidden
      data-minimap
      onPointerDown={go}
      onPointerMove={go}
      className="absolute right-3 bottom-3 overflow-hidden rounded-lg border bg-panel shadow-panel max-md:hidden"
      style={{ width: WIDTH, height: HEIGHT }}
    >
      <canvas ref={canvas} width={WIDTH * 2} height={HEIGHT * 2} style={{ width: WIDTH, height: HEIGHT }} />
      <div
        className="pointer-events-none absolute rounded-sm border-2 border-accent bg-accent/10"
        style={shown}
      />
    </div>
  );
}

function paintMap(canvas: HTMLCanvasElement | null, scene: Scene, bounds: Rectangle, scale: number): void {
  const context = canvas?.getContext("2d");
  if (!context) return;
  const palette = readPalette();
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  context.translate(WIDTH / 2, HEIGHT / 2);
  context.scale(scale, scale);
  context.translate(-bounds.x - bounds.width / 2, -bounds.y - bounds.height / 2);
  // Boxes of a large graph are smaller than a pixel, and would not be seen.
  const [width, height] = [Math.max(BOX_WIDTH, 1 / scale), Math.max(BOX_HEIGHT, 1 / scale)];
  scene.boxes.forEach((box, at) => {
    context.fillStyle = palette.status[colorOf(box, scene.states)];
    context.fillRect(scene.positions.x[at] ?? 0, scene.positions.y[at] ?? 0, width, height);
  });
}
