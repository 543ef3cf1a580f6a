import type { Definition } from "../definition/definition.ts";
import type { Handle, Inputs, MapInputs, NoThis, PlainFunction } from "./handle-types.ts";
import type { ElectronOptions } from "./options.ts";

const ELECTRON = Symbol.for("covalent-ts.electron");

/**
 * A task: a function that, called inside a lattice, becomes a node of the graph. It is typed for the lattice; everywhere else
 * the call runs the function, whose own type `function` has.
 *
 * @example
 * import { type Electron, electron } from "covalent-ts";
 *
 * const square: Electron<(x: number) => number> = electron((x: number) => x * x);
 * square.function(3); // 9, typed as a number
 */
export interface Electron<F extends PlainFunction = PlainFunction> {
  /** Inside a lattice: adds a node, takes values and handles, returns a handle. Elsewhere: runs the function. */
  (this: NoThis<F>, ...args: Inputs<Parameters<F>>): Handle<Awaited<ReturnType<F>>>;
  /**
   * The electron once for each element of a list whose length may be known only when the workflow runs: all calls run at the same time,
   * and their results are a list in the same order. Further arguments are the same for each call. Elsewhere: runs the function
   * for each element.
   *
   * @throws {CovalentError} `INVALID_ARGUMENT` when the first argument is no array; in a dispatch that fails the node
   * @example
   * const counts = count.map(files("data"), "csv"); // files("data") is a Handle<string[]>
   */
  map(...args: MapInputs<Parameters<F>>): Handle<Awaited<ReturnType<F>>[]>;
  /** The function itself: for tests, and for use inside other electrons. */
  readonly function: F;
  readonly options: ElectronOptions;
  /** Where it was defined, by which a worker finds it in the bundle. */
  readonly definition: Definition;
  readonly name: string;
  /** What its code is written in: others than TypeScript are made by `lepton`. */
  readonly language: "typescript" | "python" | "shell";
}

/** What {@link isElectron} recognises, put on every electron. */
export const electronBrand = { [ELECTRON]: { value: true } } as const;

/**
 * True for electrons, of any copy of this package. Never throws.
 *
 * @example
 * import { electron, isElectron } from "covalent-ts";
 *
 * isElectron(electron((x: number) => x)); // true
 * isElectron((x: number) => x); // false
 */
export function isElectron(value: unknown): value is Electron {
  return typeof value === "function" && Object.hasOwn(value, ELECTRON);
}
