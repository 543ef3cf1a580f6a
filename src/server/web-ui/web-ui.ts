/**
 * The web UI: the files of its build (`dist/ui`), served at the server's own address.
 *
 * Every page of the UI is the same document, whose program shows what the address names. Files with a digest in their name never
 * change and may be kept for ever; the document is asked for each time. Nothing of the server's data is in any of them: they need
 * no token, and the document asks its reader for it.
 */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { NOT_BUILT } from "./not-built.ts";
import type { UiFile } from "./ui-file.ts";

/** Addresses that are pages of the UI. */
export const UI_PAGES = [
  "/",
  "/dispatches/:dispatch_id",
  "/dispatches/:dispatch_id/compare",
  "/dispatches/:dispatch_id/compare/:other_id",
  "/previews/:preview_id",
  "/triggers",
  "/executors",
  "/logs",
  "/database",
  "/settings",
] as const;

/** Where the files of the build are asked for. */
export const UI_FILES = "/ui/*";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

/** From the sources as from the build, which is `dist/server/web-ui`. */
const BUILD_PLACES = ["../../../dist/ui/", "../../ui/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

export interface WebUi {
  /** The document of every page; a sentence on how to build the UI where it is not built. */
  document(): Promise<UiFile>;
  /** A file of the build by its path; `undefined` when there is none. */
  file(path: string): Promise<UiFile | undefined>;
}

/** Files are read when they are first asked for, and kept: together they are a few megabytes. */
export function createWebUi(places: readonly string[] = BUILD_PLACES): WebUi {
  const kept = new Map<string, Promise<UiFile | undefined>>();
  const file = (path: string): Promise<UiFile | undefined> => {
    const found = kept.get(path) ?? readUiFile(places, path);
    kept.set(path, found);
    // Names that lead nowhere are anybody's to invent: they are not kept.
    void found.then((there) => there ?? kept.delete(path));
    return found;
  };
  return { file, document: async () => (await file("index.html")) ?? NOT_BUILT };
}

/** Only plain names are looked up: no address leads out of the build's folder. */
const PLAIN_PATH = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;

async function readUiFile(places: readonly string[], path: string): Promise<UiFile | undefined> {
  const type = TYPES[extname(path)];
  if (type === undefined || !PLAIN_PATH.test(path)) return undefined;
  for (const place of places) {
    const bytes = await readFile(join(place, path)).catch(() => undefined);
    if (bytes === undefined) continue;
    const cacheControl = path === "index.html" ? "no-cache" : "public, max-age=31536000, immutable";
    const gzipped = await promisify(gzip)(bytes);
    return { type, bytes, cacheControl, ...(gzipped.length < bytes.length * 0.9 && { gzipped }) };
  }
  return undefined;
}
