import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundleModule, type LoadedBundle, loadBundle } from "../bundle/index.ts";
import * as sdk from "../index.ts";
import { CovalentError } from "../model/errors.ts";
import { type Electron, isElectron } from "../sdk/electron.ts";
import { isLattice, type Lattice } from "../sdk/lattice.ts";
import type { Code } from "../submission/code.ts";

/** What `covalent run` is asked for: a file, and which of its lattices. */
export interface Target {
  /** As the user wrote it. */
  readonly given: string;
  /** Absolute. */
  readonly file: string;
  readonly name: string | undefined;
}

/** Reads `FILE[#name]`. A file that has a `#` in its own name is found as well. */
export async function parseTarget(text: string, cwd: string): Promise<Target> {
  const whole = resolve(cwd, text);
  if (await isFile(whole)) return { given: text, file: whole, name: undefined };
  const at = text.lastIndexOf("#");
  const given = at < 0 ? text : text.slice(0, at);
  const file = resolve(cwd, given);
  if (await isFile(file)) return { given, file, name: text.slice(at + 1) || undefined };
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

export interface LoadedWorkflow extends Code {
  readonly lattice: Lattice;
}

/**
 * Bundles a file and evaluates the bundle in this process, so that what is traced is what workers run.
 *
 * @throws {CovalentError} `BUNDLE_FAILED`, `BUNDLE_EVALUATION_FAILED`, `LATTICE_NOT_FOUND`
 */
export async function loadWorkflow(target: Target): Promise<LoadedWorkflow> {
  const { loaded, ...code } = await loadFile(target);
  return { ...code, lattice: pickLattice(loaded, target) };
}

/** The same for an electron. @throws {CovalentError} `BUNDLE_FAILED`, `BUNDLE_EVALUATION_FAILED`, `USAGE` */
export async function loadElectron(target: Target): Promise<Code & { readonly electron: Electron }> {
  const { loaded, ...code } = await loadFile(target);
  return { ...code, electron: pickElectron(loaded, target) };
}

async function loadFile(target: Target): Promise<Code & { readonly loaded: LoadedBundle }> {
  const bundle = await bundleModule(target.file);
  const directory = await mkdtemp(join(tmpdir(), "covalent-run-"));
  try {
    const path = join(directory, `${bundle.digest}.mjs`);
    await writeFile(path, bundle.bytes);
    const loaded = await loadBundle(path, { projectRoot: bundle.root, sdk });
    return { bundle, digests: await loaded.codeDigests(), loaded };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The electron of that export name, else of that own name; without a name the only one there is. */
function pickElectron({ exports }: Pick<LoadedBundle, "exports">, { given, name }: Target): Electron {
  const exported = [...Object.entries(exports), ...commonJsExports(exports)].filter(
    (entry): entry is [string, Electron] => isElectron(entry[1]),
  );
  const named = exported.filter(
    ([key, electron]) => name === undefined || key === name || electron.name === name,
  );
  const [found, ...others] = new Set(named.map(([, electron]) => electron));
  if (found !== undefined && others.length === 0) return found;
  const choices = exported.map(([key]) => `${given}#${key}`).join(", ");
  throw new CovalentError("USAGE", {
    reason: `${name === undefined ? given : `${given}#${name}`} names ${found === undefined ? "no exported electron" : "several electrons"}`,
    advice: choices === "" ? "Export it: `export const name = electron(...)`." : `Name one: ${choices}.`,
  });
}

/** The lattice of that export name, else of that own name; without a name the default export, else the only one there is. */
function pickLattice({ exports }: Pick<LoadedBundle, "exports">, { given, name }: Target): Lattice {
  const exported = [...Object.entries(exports), ...commonJsExports(exports)].filter(
    (entry): entry is [string, Lattice] => isLattice(entry[1]),
  );
  const byExport = exported.find(([key]) => key === (name ?? "default"))?.[1];
  const byName = exported.find(([, lattice]) => lattice.name === name)?.[1];
  const [only, ...others] = new Set(exported.map(([, lattice]) => lattice));
  const found = byExport ?? byName ?? (name === undefined && others.length === 0 ? only : undefined);
  if (found !== undefined) return found;
  const choices = exported.map(([key]) => `${given}#${key}`).join(", ");
  const advice =
    only === undefined ? "Export one: `export const name = lattice(...)`." : `Name one: ${choices}.`;
  if (name !== undefined) throw new CovalentError("LATTICE_NOT_FOUND", { file: given, name, advice });
  const reason =
    only === undefined ? `${given} exports no lattice` : `${given} exports ${others.length + 1} lattices`;
  throw new CovalentError("USAGE", { reason, advice });
}

/** The exports of a CommonJS module are the fields of its only one. */
function commonJsExports({
  default: whole,
  ...others
}: Readonly<Record<string, unknown>>): [string, unknown][] {
  const isWhole = typeof whole === "object" && whole !== null && Object.keys(others).length === 0;
  return isWhole ? Object.entries(whole) : [];
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
