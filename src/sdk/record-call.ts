import { atUserLine } from "../definition/user-line.ts";
import { CovalentError } from "../model/errors.ts";
import type { Electron } from "./electron-type.ts";
import { createHandle, type HandleProxy } from "./handle.ts";
import { anyHandleIn } from "./handle-search.ts";
import type { Lattice } from "./lattice-type.ts";
import type { ElectronOptions } from "./options.ts";
import type { ParameterNamer } from "./parameter-names.ts";
import { type Consumer, placeValue, strangeHandle } from "./place-value.ts";
import type { TraceSession } from "./trace-session.ts";

/** A call in a lattice that is being traced. */
export interface RecordedCall {
  /** What it is called in messages: `electron fit`. */
  readonly callee: string;
  /** The function that user code called. */
  readonly boundary: (...args: never[]) => unknown;
  readonly nameOf: ParameterNamer;
  readonly args: readonly unknown[];
}

/**
 * Records the call of an electron: a node for the call and what its arguments need.
 *
 * @throws {CovalentError} `LATTICE_RETURNED` when the lattice is over; for the arguments see {@link placeValue}
 */
export function recordCall(session: TraceSession, call: RecordedCall, electron: Electron): HandleProxy {
  const { name } = electron;
  return record(session, call, name, () => session.addNode({ type: "function", name, electron }));
}

/** As {@link recordCall}, of a lattice: a node that becomes a dispatch of its own. */
export function recordSublattice(
  session: TraceSession,
  call: RecordedCall,
  lattice: Lattice,
  as: { readonly name: string; readonly options: ElectronOptions } = { name: lattice.name, options: {} },
): HandleProxy {
  const { name, options } = as;
  return record(session, call, name, () =>
    session.addSublattice({ type: "sublattice", name, lattice }, options),
  );
}

/** As {@link recordCall}, of `electron.map`: a node that becomes a dispatch with a call for each element. */
export function recordMap(
  session: TraceSession,
  call: RecordedCall,
  name: string,
  electron: Electron,
): HandleProxy {
  return record(session, call, name, () => session.addSublattice({ type: "sublattice", name, electron }));
}

function record(
  session: TraceSession,
  { callee, boundary, nameOf, args }: RecordedCall,
  name: string,
  addNode: () => number,
): HandleProxy {
  if (!session.open) {
    const { lattice } = session;
    throw new CovalentError("LATTICE_RETURNED", { electron: name, lattice, where: atUserLine(boundary) });
  }
  const consumer = { name: callee, boundary };
  const sources = args.map((arg, index) => placeValue(session, arg, nameOf(index), consumer));
  const node = addNode();
  for (const [index, source] of sources.entries()) session.addArgument(source, node, nameOf(index), index);
  return createHandle(session, name, node);
}

/**
 * Refuses handles where an electron or lattice runs as a plain function.
 *
 * @throws {CovalentError} `HANDLE_OUTSIDE_LATTICE`
 */
export function refuseHandles(consumer: Consumer, args: readonly unknown[]): void {
  const handle = anyHandleIn(args);
  if (handle !== undefined) throw strangeHandle(handle, consumer);
}
