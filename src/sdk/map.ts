import { atUserLine } from "../definition/user-line.ts";
import { CovalentError } from "../model/errors.ts";
import type { Electron } from "./electron-type.ts";
import { createHandle, handleState, handlesExist } from "./handle.ts";
import type { PlainFunction } from "./handle-types.ts";
import type { ParameterNamer } from "./parameter-names.ts";
import { placeValue } from "./place-value.ts";
import { recordMap, refuseHandles } from "./record-call.ts";
import type { Traceable } from "./trace.ts";
import { currentTrace } from "./tracing.ts";

/**
 * `electron.map(items, ...shared)`: the electron once for each element of a list whose length is only known when the workflow
 * runs. In a lattice the call is one node; when the list is there, a worker makes a lattice of it ({@link mapLattice}), which
 * runs as a dispatch of its own.
 */
export function mapMethod(electron: Electron, nameOf: () => ParameterNamer): PlainFunction {
  const map = (...args: unknown[]): unknown => {
    const name = mapName(electron);
    const callee = `electron ${name}()`;
    const session = currentTrace();
    if (session === undefined) {
      if (handlesExist()) refuseHandles({ name: callee, boundary: map }, args);
      return runMap(electron, args, () => atUserLine(map));
    }
    if (handleState(args[0]) === undefined) elementsOf(electron, args[0], () => atUserLine(map));
    return recordMap(session, { callee, boundary: map, nameOf: nameOf(), args }, name, electron);
  };
  return map as PlainFunction;
}

/** The lattice that a map becomes when its list is known. What all calls share is one node, however many elements there are. */
export function mapLattice(electron: Electron): Traceable {
  const spread = ([items, ...shared]: readonly unknown[]) => {
    const once = shared.map((value, index) => placedOnce(electron, value, index + 1));
    const call = electron as unknown as (...args: readonly unknown[]) => unknown;
    return elementsOf(electron, items, () => "").map((item) => call(item, ...once));
  };
  return {
    name: mapName(electron),
    options: {},
    function: ((...args: unknown[]) => spread(args)) as PlainFunction,
  };
}

function mapName({ name }: Electron): string {
  return `${name}.map`;
}

function placedOnce(electron: Electron, value: unknown, index: number): unknown {
  const session = currentTrace();
  if (session === undefined) return value;
  const consumer = { name: `electron ${mapName(electron)}()` };
  return createHandle(session, ":parameter:", placeValue(session, value, `arg[${index}]`, consumer));
}

/** Outside a lattice: like the electron's own call, which runs its function. */
function runMap(electron: Electron, [items, ...shared]: readonly unknown[], where: () => string): unknown {
  const fn = electron.function as (...args: readonly unknown[]) => unknown;
  const results = elementsOf(electron, items, where).map((item) => fn(item, ...shared));
  return results.some((result) => result instanceof Promise) ? Promise.all(results) : results;
}

function elementsOf(electron: Electron, items: unknown, where: () => string): readonly unknown[] {
  if (Array.isArray(items)) return items;
  const given = items === null ? "null" : typeof items;
  throw new CovalentError("INVALID_ARGUMENT", {
    reason: `${mapName(electron)}()${where()} takes an array, or a handle of one, as its first argument, not ${given}`,
  });
}
