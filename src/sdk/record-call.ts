import { atUserLine } from "../definition/user-line.ts";
import { CovalentError } from "../model/errors.ts";
import type { Electron } from "./electron-type.ts";
import { createHandle, type HandleProxy } from "./handle.ts";
import { anyHandleIn } from "./handle-search.ts";
import type { ParameterNamer } from "./parameter-names.ts";
import { placeValue, strangeHandle } from "./place-value.ts";
import type { TraceSession } from "./trace-session.ts";

/**
 * Records the call of an electron in a lattice that is being traced: a node for the call and what its arguments need.
 *
 * @throws {CovalentError} `LATTICE_RETURNED` when the lattice is over; for the arguments see {@link placeValue}
 */
export function recordCall(
  session: TraceSession,
  electron: Electron,
  nameOf: ParameterNamer,
  args: readonly unknown[],
): HandleProxy {
  const { name } = electron;
  if (!session.open) {
    throw new CovalentError("LATTICE_RETURNED", {
      electron: name,
      lattice: session.lattice,
      where: atUserLine(electron),
    });
  }
  const consumer = { name: `electron ${name}`, boundary: electron };
  const sources = args.map((arg, index) => placeValue(session, arg, nameOf(index), consumer));
  const node = session.addNode({ type: "function", name, electron });
  for (const [index, source] of sources.entries()) session.addArgument(source, node, nameOf(index), index);
  return createHandle(session, name, node);
}

/**
 * Refuses handles where an electron runs as a plain function.
 *
 * @throws {CovalentError} `HANDLE_OUTSIDE_LATTICE`
 */
export function refuseHandles(electron: Electron, args: readonly unknown[]): void {
  const handle = anyHandleIn(args);
  if (handle !== undefined)
    throw strangeHandle(handle, { name: `electron ${electron.name}`, boundary: electron });
}
