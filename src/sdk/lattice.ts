import { define } from "../definition/definitions.ts";
import { readDeclaration } from "./declaration.ts";
import { handlesExist } from "./handle.ts";
import type { PlainFunction } from "./handle-types.ts";
import { type Lattice, latticeBrand } from "./lattice-type.ts";
import { type LatticeOptions, latticeOptions } from "./options.ts";
import { type ParameterNamer, parameterNames } from "./parameter-names.ts";
import { recordSublattice, refuseHandles } from "./record-call.ts";
import { currentTrace } from "./tracing.ts";

export { isLattice, type Lattice } from "./lattice-type.ts";
export type { LatticeOptions } from "./options.ts";

/**
 * Makes a workflow of a function that calls electrons.
 *
 * `dispatch(lattice)(...args)` calls the function once with the real arguments; the electrons it calls become the graph, and what
 * it returns (handles, or arrays and plain objects with handles in them) becomes the workflow's result. It may be `async`.
 *
 * Called inside another lattice it is a sublattice: one node there, traced when its arguments are known and run as a dispatch of
 * its own. So the graph can depend on results: a sublattice may loop over, or decide by, what was a handle outside of it.
 *
 * @throws {CovalentError} `INVALID_OPTION`, `INVALID_ARGUMENT`
 * @example
 * import { electron, lattice } from "covalent-ts";
 *
 * const square = electron((x: number) => x * x);
 * const sum = electron((terms: number[]) => terms.reduce((a, b) => a + b, 0));
 * export const sumOfSquares = lattice({ name: "sum-of-squares" }, (numbers: number[]) => sum(numbers.map((n) => square(n))));
 */
export function lattice<F extends PlainFunction>(fn: F): Lattice<F>;
export function lattice<F extends PlainFunction>(options: LatticeOptions, fn: F): Lattice<F>;
export function lattice<F extends PlainFunction>(first: LatticeOptions | F, second?: F): Lattice<F> {
  const declaration = readDeclaration<F>("lattice", first, second);
  const options = latticeOptions(declaration.options);
  const fn = declaration.fn as PlainFunction as (...args: unknown[]) => unknown;
  let names: ParameterNamer | undefined;
  const call = (...args: unknown[]): unknown => {
    const callee = `lattice ${object.name}`;
    const outer = currentTrace();
    if (outer !== undefined) {
      names ??= parameterNames(fn);
      return recordSublattice(outer, { callee, boundary: object, nameOf: names, args }, object);
    }
    if (handlesExist()) refuseHandles({ name: callee, boundary: object }, args);
    return fn(...args);
  };
  const object = call as PlainFunction as Lattice;
  const definition = define("lattice", fn, options.name, lattice, call);
  Object.defineProperties(call, {
    ...latticeBrand,
    name: { value: definition.name },
    length: { value: fn.length },
    function: { value: fn, enumerable: true },
    options: { value: options, enumerable: true },
    definition: { value: definition, enumerable: true },
  });
  return object as unknown as Lattice<F>;
}

/** Another name for {@link lattice}. */
export const workflow = lattice;
