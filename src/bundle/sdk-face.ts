import { existsSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * The SDK as user modules see it. Its files are named by address, not imported, because they import this folder: bundling needs
 * their export names and workers their exports, both only when called.
 */
export interface SdkFace {
  /** `covalent-ts` or one of its subpaths. */
  readonly specifier: string;
  readonly file: string;
}

const EXTENSION = extname(import.meta.url);
const FACES: readonly SdkFace[] = [
  { specifier: "covalent-ts", file: face("../index") },
  { specifier: "covalent-ts/testing", file: face("../testing/index") },
].filter(({ file }) => existsSync(file));

/** The face that a specifier names. */
export function faceOf(specifier: string): SdkFace | undefined {
  return FACES.find((candidate) => candidate.specifier === specifier);
}

/** The face that a file is, for modules inside this package that import it by its path. */
export function faceOfFile(file: string): SdkFace | undefined {
  return FACES.find((candidate) => candidate.file === file);
}

/** All that a face exports. */
export async function faceExports({ file }: SdkFace): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(file).href);
}

/** Every face with its exports. */
export async function allFaces(): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const loaded = FACES.map(async (one) => [one.specifier, await faceExports(one)] as const);
  return new Map(await Promise.all(loaded));
}

function face(path: string): string {
  return fileURLToPath(new URL(path + EXTENSION, import.meta.url));
}
