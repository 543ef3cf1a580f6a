import { BOX_HEIGHT, BOX_WIDTH } from "../layout/request.ts";
import { colorOf } from "../model/tally.ts";
import { curveOf } from "../view/edge-path.ts";
import { type Palette, readPalette } from "../view/palette.ts";
import { boundsOf, type Scene } from "../view/scene.ts";

const MARGIN = 40;

export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The whole graph as an SVG document of its own, in the colours that are shown. */
export function drawPicture(scene: Scene): Picture {
  const palette = readPalette();
  const bounds = boundsOf(scene);
  const [width, height] = [bounds.width + 2 * MARGIN, bounds.height + 2 * MARGIN];
  const edges = scene.edges.map((_, edge) => edgeElement(scene, edge, palette));
  const boxes = scene.boxes.map((_, at) => boxElement(scene, at, palette));
  const box = `${bounds.x - MARGIN} ${bounds.y - MARGIN} ${width} ${height}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${box}" font-family="system-ui, sans-serif" font-size="13">
<rect x="${bounds.x - MARGIN}" y="${bounds.y - MARGIN}" width="${width}" height="${height}" fill="${palette.canvas}"/>
${edges.join("\n")}
${boxes.join("\n")}
</svg>`;
  return { svg, width, height };
}

function edgeElement(scene: Scene, edge: number, palette: Palette): string {
  const { from, control1, control2, to } = curveOf(scene, edge);
  const path = `M${from.x},${from.y} C${control1.x},${control1.y} ${control2.x},${control2.y} ${to.x},${to.y}`;
  return `<path d="${path}" fill="none" stroke="${palette.edge}" stroke-width="1.3" stroke-opacity="0.7"/>`;
}

function boxElement(scene: Scene, at: number, palette: Palette): string {
  const box = scene.boxes[at];
  if (box === undefined) return "";
  const [x, y] = [scene.positions.x[at] ?? 0, scene.positions.y[at] ?? 0];
  const color = palette.status[colorOf(box, scene.states)];
  const label = box.members.length > 1 ? `${box.label} ×${box.members.length}` : box.label;
  return `<g><rect x="${x}" y="${y}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="8" fill="${palette.panel}" stroke="${color}" stroke-width="1.5"/><circle cx="${x + 16}" cy="${y + BOX_HEIGHT / 2}" r="5" fill="${color}"/><text x="${x + 30}" y="${y + BOX_HEIGHT / 2 + 4.5}" fill="${palette.ink}">${escapeText(label.slice(0, 24))}</text></g>`;
}

function escapeText(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
