import type { Definition } from "../definition/definition.ts";
import type { Handle, Inputs, NoThis, PlainFunction, Resolved } from "./handle-types.ts";
import type { LatticeOptions } from "./options.ts";

const LATTICE = Symbol.for("covalent-ts.lattice");

/**
 * A workflow: a function of electrons. `dispatch` calls it once to trace its graph. Called inside another lattice it becomes one
 * node of that graph, which runs as a dispatch of its own; it is typed for that. Called elsewhere it runs, and the electrons in it
 * with it, as the plain functions they are; `function` has its own type.
 *
 * @example
 * import { electron, type Lattice, lattice } from "covalent-ts";
 *
 * const one = electron(() => 1);
 * const flow = lattice(() => one());
 * export const flows: readonly Lattice[] = [flow];
 */
export interface Lattice<F extends PlainFunction = PlainFunction> {
  /** Inside a lattice: adds a node, takes values and handles, returns a handle of the result. Elsewhere: runs the function. */
  (this: NoThis<F>, ...args: Inputs<Parameters<F>>): Handle<Resolved<ReturnType<F>>>;
  /** The function itself. */
  readonly function: F;
  readonly options: LatticeOptions;
  /** Where it was defined, by which a worker finds it in the bundle. */
  readonly definition: Definition;
  readonly name: string;
}

/** What {@link isLattice} recognises, put on every lattice. */
export const latticeBrand = { [LATTICE]: { value: true } } as const;

/**
 * True for lattices, of any copy of this package. Never throws.
 *
 * @example
 * import { electron, isLattice, lattice } from "covalent-ts";
 *
 * const one = electron(() => 1);
 * isLattice(lattice(() => one())); // true
 * isLattice(one); // false
 */
export function isLattice(value: unknown): value is Lattice {
  return typeof value === "function" && Object.hasOwn(value, LATTICE);
}
