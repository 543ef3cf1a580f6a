import type { Scene } from "../view/scene.ts";
import { drawPicture } from "./svg.ts";

/** Browsers draw no larger pictures. */
const LARGEST_SIDE = 8_192;

export function saveSvg(scene: Scene, name: string): void {
  saveBlob(new Blob([drawPicture(scene).svg], { type: "image/svg+xml" }), `${name}.svg`);
}

/** At twice the size of the screen, as far as browsers draw that. */
export async function savePng(scene: Scene, name: string): Promise<void> {
  const { svg, width, height } = drawPicture(scene);
  const scale = Math.min(2, LARGEST_SIDE / width, LARGEST_SIDE / height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  saveBlob(await canvas.convertToBlob({ type: "image/png" }), `${name}.png`);
}

/** Hands the reader a file. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
