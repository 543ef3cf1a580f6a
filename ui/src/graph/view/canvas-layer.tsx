import { type RefObject, useEffect, useImperativeHandle, useRef } from "react";
import { useIsDark } from "../../app/theme.ts";
import { type Emphasis, paint } from "./paint.ts";
import { readPalette } from "./palette.ts";
import type { Scene, Size, Viewport } from "./scene.ts";

/** What moves faster than React renders. */
export interface CanvasHandle {
  /** Shows another part of the plane. */
  move(viewport: Viewport): void;
}

interface CanvasLayerProps {
  readonly handle: RefObject<CanvasHandle | null>;
  readonly scene: Scene;
  readonly size: Size;
  readonly emphasis: Emphasis;
  /** Boxes are drawn here and not as elements. */
  readonly withBoxes: boolean;
  readonly viewport: RefObject<Viewport>;
}

/** A picture that takes longer than this to draw is moved as it is, and drawn again when it stands still. */
const SMOOTH_MS = 10;
const STILL_MS = 90;

/** Edges, and boxes when there are too many for elements. */
export function CanvasLayer({ handle, scene, size, emphasis, withBoxes, viewport }: CanvasLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useIsDark();
  const painter = useRef<Painter>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `dark` stands for the colours that are read
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const palette = readPalette();
    const made = createPainter(element, size, viewport.current, (context, shown) =>
      paint(context, scene, shown, size, palette, emphasis, withBoxes),
    );
    painter.current = made;
    made.repaint();
    const unsubscribe = scene.states.subscribe(() => withBoxes && made.repaintSoon());
    return () => {
      unsubscribe();
      made.stop();
    };
  }, [scene, size, emphasis, withBoxes, viewport, dark]);
  useImperativeHandle(handle, () => ({ move: (moved) => painter.current?.move(moved) }), []);
  return (
    <canvas
      ref={canvas}
      aria-hidden
      data-painted={scene.boxes.length}
      className="pointer-events-none absolute inset-0 origin-top-left"
      style={{ width: size.width, height: size.height }}
    />
  );
}

interface Painter {
  move(viewport: Viewport): void;
  repaint(): void;
  repaintSoon(): void;
  stop(): void;
}

function createPainter(
  element: HTMLCanvasElement,
  size: Size,
  start: Viewport,
  draw: (context: CanvasRenderingContext2D, viewport: Viewport) => void,
): Painter {
  const ratio = Math.min(2, devicePixelRatio);
  element.width = Math.round(size.width * ratio);
  element.height = Math.round(size.height * ratio);
  const context = element.getContext("2d");
  context?.scale(ratio, ratio);
  let [shown, painted, took] = [start, start, 0];
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const repaint = () => {
    frame = undefined;
    const began = performance.now();
    if (context) draw(context, shown);
    painted = shown;
    element.style.transform = "";
    took = performance.now() - began;
  };
  const repaintSoon = () => {
    frame ??= requestAnimationFrame(repaint);
  };
  return {
    repaint,
    repaintSoon,
    move: (viewport) => {
      shown = viewport;
      if (took < SMOOTH_MS) return repaintSoon();
      const scale = shown.zoom / painted.zoom;
      element.style.transform = `translate(${shown.x - painted.x * scale}px, ${shown.y - painted.y * scale}px) scale(${scale})`;
      clearTimeout(timer);
      timer = setTimeout(repaintSoon, STILL_MS);
    },
    stop: () => {
      clearTimeout(timer);
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}
