import { define } from "../definition/definitions.ts";
import { type Electron, electronBrand } from "./electron-type.ts";
import { handlesExist } from "./handle.ts";
import type { PlainFunction } from "./handle-types.ts";
import type { Lattice } from "./lattice-type.ts";
import { mapMethod } from "./map.ts";
import type { ElectronOptions } from "./options.ts";
import type { ParameterNamer } from "./parameter-names.ts";
import { recordCall, recordSublattice, refuseHandles } from "./record-call.ts";
import { currentTrace } from "./tracing.ts";

/** What an electron is made of. */
export interface ElectronParts {
  readonly fn: (...args: unknown[]) => unknown;
  /** The function that has the name that its author gave it, or none. */
  readonly named: { readonly name: string };
  readonly options: ElectronOptions;
  /** The names of its parameters. */
  readonly names: () => ParameterNamer;
  /** The function that user code called to make it. */
  readonly boundary: (...args: never[]) => unknown;
  /** It runs as a dispatch of this lattice. */
  readonly lattice?: Lattice | undefined;
  readonly language: Electron["language"];
}

/** Makes the object that people call: in a lattice it adds a node, anywhere else it runs the function. */
export function makeElectron({
  fn,
  named,
  options,
  names,
  boundary,
  lattice,
  language,
}: ElectronParts): Electron {
  const call = (...args: unknown[]): unknown => {
    const session = currentTrace();
    if (session !== undefined) {
      const recorded = { callee: `electron ${object.name}`, boundary: object, nameOf: names(), args };
      if (lattice === undefined) return recordCall(session, recorded, object);
      return recordSublattice(session, recorded, lattice, object);
    }
    // The search costs time in proportion to the arguments; a process that never traced a lattice has no handles.
    if (handlesExist()) refuseHandles({ name: `electron ${object.name}`, boundary: object }, args);
    return fn(...args);
  };
  const object = call as PlainFunction as Electron;
  const definition = define("electron", named, options.name, boundary, object);
  Object.defineProperties(call, {
    ...electronBrand,
    name: { value: definition.name },
    length: { value: fn.length },
    map: { value: mapMethod(object, names) },
    function: { value: fn, enumerable: true },
    options: { value: options, enumerable: true },
    definition: { value: definition, enumerable: true },
    language: { value: language, enumerable: true },
  });
  return object;
}
