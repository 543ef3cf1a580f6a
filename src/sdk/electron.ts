import { define } from "../definition/definitions.ts";
import { readDeclaration } from "./declaration.ts";
import { type Electron, electronBrand } from "./electron-type.ts";
import { handlesExist } from "./handle.ts";
import type { PlainFunction } from "./handle-types.ts";
import { type ElectronOptions, electronOptions } from "./options.ts";
import { type ParameterNamer, parameterNames } from "./parameter-names.ts";
import { recordCall, refuseHandles } from "./record-call.ts";
import { currentTrace } from "./tracing.ts";

export { type Electron, isElectron } from "./electron-type.ts";
export type { ElectronOptions, ExecutorChoice } from "./options.ts";

/**
 * Makes a task of a function.
 *
 * Inside a lattice a call of it adds a node to the graph and returns a handle of its result; anywhere else a call runs the
 * function. Arguments and result travel between processes: they must be data that can be serialised.
 *
 * @throws {CovalentError} `INVALID_OPTION`, `INVALID_DURATION`, `INVALID_ARGUMENT`
 * @example
 * import { readFile } from "node:fs/promises";
 * import { electron } from "covalent-ts";
 *
 * const lines = electron(async (path: string) => (await readFile(path, "utf8")).split("\n"));
 * const longest = electron({ retries: 2, timeout: "1m" }, (all: string[]) => Math.max(...all.map((line) => line.length)));
 */
export function electron<F extends PlainFunction>(fn: F): Electron<F>;
export function electron<F extends PlainFunction>(options: ElectronOptions, fn: F): Electron<F>;
export function electron<F extends PlainFunction>(first: ElectronOptions | F, second?: F): Electron<F> {
  const declaration = readDeclaration<F>("electron", first, second);
  const options = electronOptions(declaration.options);
  const fn = declaration.fn as PlainFunction as (...args: unknown[]) => unknown;
  let names: ParameterNamer | undefined;
  const call = (...args: unknown[]): unknown => {
    const session = currentTrace();
    if (session !== undefined) {
      names ??= parameterNames(fn);
      return recordCall(session, object, names, args);
    }
    // The search costs time in proportion to the arguments; a process that never traced a lattice has no handles.
    if (handlesExist()) refuseHandles(object, args);
    return fn(...args);
  };
  const object = call as PlainFunction as Electron;
  const definition = define("electron", fn, options.name, electron, object);
  Object.defineProperties(call, {
    ...electronBrand,
    name: { value: definition.name },
    length: { value: fn.length },
    function: { value: fn, enumerable: true },
    options: { value: options, enumerable: true },
    definition: { value: definition, enumerable: true },
  });
  return object as unknown as Electron<F>;
}

/** Another name for {@link electron}. */
export const task = electron;
