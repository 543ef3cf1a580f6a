import type { Definition } from "../definition/definition.ts";
import type { PlainFunction } from "./handle-types.ts";
import type { LatticeOptions } from "./options.ts";

const LATTICE = Symbol.for("covalent-ts.lattice");

/**
 * A workflow: a function of electrons. `dispatch` calls it once to trace its graph; calling it directly runs it, and the
 * electrons in it, as the plain functions they are.
 *
 * @example
 * import { electron, type Lattice, lattice } from "covalent-ts";
 *
 * const one = electron(() => 1);
 * const flow = lattice(() => one());
 * export const flows: readonly Lattice[] = [flow];
 */
export type Lattice<F extends PlainFunction = PlainFunction> = F & LatticeMembers<F>;

export interface LatticeMembers<F> {
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
