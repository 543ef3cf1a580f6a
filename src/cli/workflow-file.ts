import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Bundle, bundleModule, type LoadedBundle, loadBundle } from "../bundle/index.ts";
import { CovalentError } from "../model/errors.ts";
import { isLattice, type Lattice } from "../sdk/lattice.ts";

/** What `covalent run` is asked for: a file, and which of its lattices. */
export interface Target {
  /** Absolute. */
  readonly file: string;
  readonly name: string | undefined;
}

/** Reads `FILE[#name]`. A file that has a `#` in its own name is found as well. */
export async function parseTarget(text: string, cwd: string): Promise<Target> {
  const whole = resolve(cwd, text);
  if (await isFile(whole)) return { file: whole, name: undefined };
  const at = text.lastIndexOf("#");
  const file = resolve(cwd, at < 0 ? text : text.slice(0, at));
  if (await isFile(file)) return { file, name: text.slice(at + 1) || undefined };
  throw new CovalentError("FILE_NOT_FOUND", {
    file,
    advice: "Give the path of a TypeScript or JavaScript module.",
  });
}

/** Reads `--args`. @throws {CovalentError} `USAGE` */
export function parseArguments(text: string | undefined): readonly unknown[] {
  if (text === undefined) return [];
  const advice = `For example --args '["data.csv", 3]'.`;
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw new CovalentError(
      "USAGE",
      { reason: `--args is not JSON: ${(cause as Error).message}`, advice },
      { cause },
    );
  }
  throw new CovalentError("USAGE", {
    reason: "--args must be a JSON array of the lattice's arguments",
    advice,
  });
}

export interface LoadedWorkflow {
  readonly bundle: Bundle;
  readonly lattice: Lattice;
}

/**
 * Bundles a file and evaluates the bundle in this process, so that what is traced is what workers run.
 *
 * @throws {CovalentError} `BUNDLE_FAILED`, `BUNDLE_EVALUATION_FAILED`, `LATTICE_NOT_FOUND`
 */
export async function loadWorkflow(target: Target): Promise<LoadedWorkflow> {
  const bundle = await bundleModule(target.file);
  const directory = await mkdtemp(join(tmpdir(), "covalent-run-"));
  try {
    const path = join(directory, `${bundle.digest}.mjs`);
    await writeFile(path, bundle.bytes);
    const loaded = await loadBundle(path, { projectRoot: bundle.root });
    return { bundle, lattice: pickLattice(loaded, target) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The lattice of that export name, else of that own name; without a name the default export, else the only one there is. */
function pickLattice({ exports }: Pick<LoadedBundle, "exports">, { file, name }: Target): Lattice {
  const exported = Object.entries(exports).filter((entry): entry is [string, Lattice] => isLattice(entry[1]));
  const [only, ...others] = new Set(exported.map(([, lattice]) => lattice));
  const byExport = exported.find(([key]) => key === (name ?? "default"))?.[1];
  const byName = exported.find(([, lattice]) => lattice.name === name)?.[1];
  const found = byExport ?? byName ?? (name === undefined && others.length === 0 ? only : undefined);
  if (found !== undefined) return found;
  throw new CovalentError("LATTICE_NOT_FOUND", {
    file,
    name: name ?? (only === undefined ? "that it exports" : "that is the only one"),
    advice: adviceOn(
      exported.map(([key]) => key),
      file,
    ),
  });
}

function adviceOn(names: readonly string[], file: string): string {
  if (names.length === 0) return "Export one: export const name = lattice(...).";
  return `Name one of its lattices: ${names.map((name) => `${file}#${name}`).join(", ")}.`;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
