import { types } from "node:util";
import { CovalentError } from "../model/errors.ts";
import { isElectron } from "./electron-type.ts";
import type { PlainFunction } from "./handle-types.ts";
import { isLattice } from "./lattice-type.ts";

/** The two forms of a declaration, `electron(fn)` and `electron(options, fn)`, read as one. */
export interface Declaration<F extends PlainFunction> {
  readonly options: unknown;
  readonly fn: F;
}

/**
 * Reads the arguments of `electron` or `lattice`.
 *
 * @throws {CovalentError} `INVALID_ARGUMENT` when there is no function, or one that is an electron or lattice already
 */
export function readDeclaration<F extends PlainFunction>(
  kind: "electron" | "lattice",
  first: unknown,
  second: unknown,
): Declaration<F> {
  const [options, fn] = typeof first === "function" ? [{}, first] : [first, second];
  if (typeof fn !== "function") {
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: `${kind}() needs a function: ${kind}(fn) or ${kind}(options, fn)`,
    });
  }
  const unusable = unusableKind(fn);
  if (unusable !== undefined) {
    const reason = `${kind}(${fn.name}): ${unusable} cannot be run as a task; give a function that returns a value`;
    throw new CovalentError("INVALID_ARGUMENT", { reason });
  }
  if (typeof first === "function" && second !== undefined) {
    throw new CovalentError("INVALID_ARGUMENT", { reason: `${kind}(options, fn) takes the options first` });
  }
  // `electron(lattice)` is a sublattice with options of its own.
  if (isElectron(fn) || (isLattice(fn) && kind === "lattice")) {
    const already = isElectron(fn) ? "an electron" : "a lattice";
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: `${fn.name} is ${already} already; give ${kind}() its function, ${fn.name}.function`,
    });
  }
  return { options, fn: fn as F };
}

/** What a function is that gives no value when it is called. */
function unusableKind(fn: object): string | undefined {
  if (types.isGeneratorFunction(fn)) return "a generator";
  return /^class\b/.test(Function.prototype.toString.call(fn)) ? "a class" : undefined;
}
