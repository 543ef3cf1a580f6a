import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Exports } from "./run/bound-exports.ts";

const ADDRESS = new URL(`../index${extname(import.meta.url)}`, import.meta.url);

/** The file that `covalent-ts` is: modules inside this package may import it by its path. */
export const SDK_FILE: string = fileURLToPath(ADDRESS);

/**
 * Everything `covalent-ts` exports. It is named by its address, not imported, because it imports this folder: bundling needs the
 * names and workers need the values, both only when they are called.
 */
export async function sdkExports(): Promise<Exports> {
  return import(ADDRESS.href);
}
