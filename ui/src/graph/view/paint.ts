import { BOX_HEIGHT, BOX_WIDTH } from "../layout/request.ts";
import { colorOf, STATUS_COLORS, type StatusColor } from "../model/tally.ts";
import { curveOf } from "./edge-path.ts";
import type { Palette } from "./palette.ts";
import { type Scene, type Size, type Viewport, visibleBoxes } from "./scene.ts";

export interface Emphasis {
  /** Places of boxes that stand out; everything does when it is absent. */
  readonly boxes?: ReadonlySet<number>;
  /** The edges between them stand out, too. */
  readonly path?: ReadonlySet<number>;
  /** The names of edges are written beside them. */
  readonly labels: boolean;
}

/** More edges than these are drawn as straight lines in one go. */
const CURVED_EDGES = 2_500;
/** Below this size on the screen, names cannot be read. */
const READABLE_ZOOM = 0.38;

/** Draws edges and, where the page does not show boxes as elements, boxes. Sizes are those of the screen. */
export function paint(
  context: CanvasRenderingContext2D,
  scene: Scene,
  viewport: Viewport,
  size: Size,
  palette: Palette,
  emphasis: Emphasis,
  withBoxes: boolean,
): void {
  context.clearRect(0, 0, size.width, size.height);
  context.save();
  context.translate(viewport.x, viewport.y);
  context.scale(viewport.zoom, viewport.zoom);
  paintEdges(context, scene, viewport, palette, emphasis);
  if (withBoxes) paintBoxes(context, scene, viewport, size, palette, emphasis);
  context.restore();
}

function paintEdges(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { zoom }: Viewport,
  palette: Palette,
  { path, boxes, labels }: Emphasis,
): void {
  const isStraight = scene.edges.length > CURVED_EDGES;
  const stands = path ?? boxes;
  const isStrong = (edge: number) => {
    const { source = -1, target = -1 } = scene.edges[edge] ?? {};
    return stands?.has(source) === true && stands.has(target);
  };
  context.strokeStyle = palette.edge;
  context.lineWidth = isStraight ? 0.7 / zoom : Math.max(1.2, 0.9 / zoom);
  context.globalAlpha = stands === undefined ? (isStraight ? 0.35 : 0.6) : 0.2;
  context.beginPath();
  for (let edge = 0; edge < scene.edges.length; edge++)
    if (!isStrong(edge)) trace(context, scene, edge, isStraight);
  context.stroke();
  context.globalAlpha = 1;
  if (stands !== undefined) {
    context.strokeStyle = palette.accent;
    context.lineWidth = Math.max(2, 1.6 / zoom);
    context.beginPath();
    for (let edge = 0; edge < scene.edges.length; edge++)
      if (isStrong(edge)) trace(context, scene, edge, isStraight);
    context.stroke();
  }
  if (!isStraight && zoom > READABLE_ZOOM) {
    paintArrows(context, scene, palette);
    if (labels) paintEdgeLabels(context, scene, palette);
  }
}

function trace(context: CanvasRenderingContext2D, scene: Scene, edge: number, isStraight: boolean): void {
  const { from, control1, control2, to } = curveOf(scene, edge);
  context.moveTo(from.x, from.y);
  if (isStraight) context.lineTo(to.x, to.y);
  else context.bezierCurveTo(control1.x, control1.y, control2.x, control2.y, to.x, to.y);
}

function paintArrows(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  context.fillStyle = palette.edge;
  context.beginPath();
  for (let edge = 0; edge < scene.edges.length; edge++) {
    const { control2, to } = curveOf(scene, edge);
    const [dx, dy] = [Math.sign(to.x - control2.x), Math.sign(to.y - control2.y)];
    context.moveTo(to.x, to.y);
    context.lineTo(to.x - dx * 7 - dy * 3.5, to.y - dy * 7 - dx * 3.5);
    context.lineTo(to.x - dx * 7 + dy * 3.5, to.y - dy * 7 + dx * 3.5);
  }
  context.fill();
}

function paintEdgeLabels(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  context.font = "11px ui-sans-serif, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  scene.edges.forEach(({ name }, edge) => {
    const { from, control1, control2, to } = curveOf(scene, edge);
    const x = (from.x + 3 * control1.x + 3 * control2.x + to.x) / 8;
    const y = (from.y + 3 * control1.y + 3 * control2.y + to.y) / 8;
    const text = name === "!waiting_edge" ? "waits" : name.slice(0, 24);
    const width = context.measureText(text).width + 8;
    context.fillStyle = palette.canvas;
    context.fillRect(x - width / 2, y - 8, width, 16);
    context.fillStyle = palette.soft;
    context.fillText(text, x, y);
  });
}

/** All boxes of a colour in one go: a call for each would take most of the time. */
function paintBoxes(
  context: CanvasRenderingContext2D,
  scene: Scene,
  viewport: Viewport,
  size: Size,
  palette: Palette,
  { boxes: standing }: Emphasis,
): void {
  const byColor = new Map<StatusColor, number[]>(STATUS_COLORS.map((color) => [color, []]));
  const visible = visibleBoxes(scene, viewport, size);
  for (const at of visible) {
    const box = scene.boxes[at];
    if (box) byColor.get(colorOf(box, scene.states))?.push(at);
  }
  const isReadable = viewport.zoom >= READABLE_ZOOM;
  for (const [color, places] of byColor) {
    for (const isStanding of [false, true]) {
      const drawn = places.filter((at) => (standing === undefined || standing.has(at)) === isStanding);
      if (drawn.length === 0) continue;
      context.globalAlpha = isStanding ? 1 : 0.2;
      context.fillStyle = isReadable ? palette.panel : palette.status[color];
      context.strokeStyle = palette.status[color];
      context.lineWidth = 1.5;
      context.beginPath();
      for (const at of drawn)
        context.rect(scene.positions.x[at] ?? 0, scene.positions.y[at] ?? 0, BOX_WIDTH, BOX_HEIGHT);
      context.fill();
      if (isReadable) context.stroke();
    }
  }
  context.globalAlpha = 1;
  if (isReadable) paintNames(context, scene, visible, palette);
}

function paintNames(
  context: CanvasRenderingContext2D,
  scene: Scene,
  visible: readonly number[],
  palette: Palette,
): void {
  context.font = "13px ui-sans-serif, system-ui, sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  for (const at of visible) {
    const label = scene.boxes[at]?.label ?? "";
    context.fillText(
      label.slice(0, 24),
      (scene.positions.x[at] ?? 0) + 12,
      (scene.positions.y[at] ?? 0) + BOX_HEIGHT / 2,
    );
  }
}
