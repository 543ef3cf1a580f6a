import { CovalentError } from "../model/errors.ts";
import { readDeclaration } from "./declaration.ts";
import type { Electron } from "./electron-type.ts";
import type { PlainFunction, Resolved } from "./handle-types.ts";
import { isLattice, type Lattice } from "./lattice-type.ts";
import { makeElectron } from "./make-electron.ts";
import { type ElectronOptions, electronOptions } from "./options.ts";
import { type ParameterNamer, parameterNames } from "./parameter-names.ts";

export { type Electron, isElectron } from "./electron-type.ts";
export type { ElectronOptions, ExecutorChoice } from "./options.ts";

/**
 * Makes a task of a function.
 *
 * Inside a lattice a call of it adds a node to the graph and returns a handle of its result; anywhere else a call runs the
 * function. Arguments and result travel between processes: they must be data that can be serialised.
 *
 * Of a lattice it makes a sublattice with options of its own: `electron({ retries: 2 }, fitAll)`.
 *
 * @throws {CovalentError} `INVALID_OPTION`, `INVALID_DURATION`, `INVALID_ARGUMENT`
 * @example
 * import { readFile } from "node:fs/promises";
 * import { electron } from "covalent-ts";
 *
 * const lines = electron(async (path: string) => (await readFile(path, "utf8")).split("\n"));
 * const longest = electron({ retries: 2, timeout: "1m" }, (all: string[]) => Math.max(...all.map((line) => line.length)));
 */
export function electron<F extends PlainFunction>(lattice: Lattice<F>): Electron<Sublattice<F>>;
export function electron<F extends PlainFunction>(
  options: ElectronOptions,
  lattice: Lattice<F>,
): Electron<Sublattice<F>>;
export function electron<F extends PlainFunction>(fn: F): Electron<F>;
export function electron<F extends PlainFunction>(options: ElectronOptions, fn: F): Electron<F>;
export function electron<F extends PlainFunction>(first: ElectronOptions | F, second?: F): Electron<F> {
  const declaration = readDeclaration<F>("electron", first, second);
  const options = electronOptions(declaration.options);
  const lattice = isLattice(declaration.fn) ? declaration.fn : undefined;
  if (lattice !== undefined && options.cache !== undefined) throw notCached(lattice);
  const fn = (lattice?.function ?? declaration.fn) as PlainFunction as (...args: unknown[]) => unknown;
  let known: ParameterNamer | undefined;
  const names = () => {
    known ??= parameterNames(fn);
    return known;
  };
  const parts = { fn, named: declaration.fn, options, names, boundary: electron, lattice };
  return makeElectron({ ...parts, language: "typescript" }) as unknown as Electron<F>;
}

function notCached({ name }: Lattice): CovalentError {
  const reason = `is not for sublattices: give it to the electrons of ${name}`;
  return new CovalentError("INVALID_OPTION", { kind: "electron", option: "cache", reason });
}

/** What a lattice is as an electron: what comes of it are values. */
type Sublattice<F extends PlainFunction> = (...args: Parameters<F>) => Resolved<ReturnType<F>>;

/** Another name for {@link electron}. */
export const task = electron;
