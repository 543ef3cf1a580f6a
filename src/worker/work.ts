import type { LoadedBundle } from "../bundle/load.ts";
import { cacheKeyOf } from "./cache-key.ts";
import type { Output } from "./keep-output.ts";
import type { AttemptMessage } from "./protocol.ts";
import { serializeResult } from "./serialize-result.ts";
import { type Sublattice, subDispatchOutput, sublatticeOf, traceSublattice } from "./sub-dispatch.ts";

/** Runs the user's code. What it gives makes the output of that, in a second step: whose fault an error is depends on the step. */
export type Work = (args: readonly unknown[]) => Promise<() => Output | Promise<Output>>;

/**
 * What an attempt asks for: the call of an electron, the tracing of a sublattice, or the key of a cached result.
 *
 * @throws {Error} when the bundle does not define it
 */
export function workOf(bundle: LoadedBundle, attempt: AttemptMessage): Work {
  const { task, electron: id } = attempt;
  if (task === "sublattice" || task === "map") {
    const sublattice = sublatticeOf(bundle, id, task);
    if (sublattice === undefined) throw notDefined(task === "map" ? "electron" : "lattice", id, bundle);
    return sublatticeWork(sublattice, bundle, attempt);
  }
  const electron = bundle.electron(id);
  if (electron === undefined) throw notDefined("electron", id, bundle);
  if (task === "cache-key") return (args) => cacheKeyOf(electron, args);
  return async (args) => {
    const value: unknown = await Reflect.apply(electron.function, undefined, args);
    return () => {
      const { bytes, ...payload } = serializeResult(value, attempt.name);
      return { ...payload, bytes: [bytes] };
    };
  };
}

function sublatticeWork(sublattice: Sublattice, bundle: LoadedBundle, attempt: AttemptMessage): Work {
  return async (args) => {
    // First: what tracing defines is not in the bundle.
    const digests = await bundle.codeDigests();
    const graph = await traceSublattice(sublattice, args, attempt);
    return () => subDispatchOutput(sublattice, graph, digests, attempt, args);
  };
}

function notDefined(what: string, id: string, bundle: LoadedBundle): Error {
  const defined = bundle.ids().join(", ") || "none";
  return new Error(
    `the bundle has no ${what} ${id}; it has ${defined}. It must be defined by evaluating its module.`,
  );
}
