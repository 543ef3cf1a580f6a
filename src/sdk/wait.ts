import { atUserLine } from "../definition/user-line.ts";
import { CovalentError } from "../model/errors.ts";
import { handleState } from "./handle.ts";
import type { HandleOf } from "./handle-types.ts";
import { placeHandle } from "./place-value.ts";
import type { TraceSession } from "./trace-session.ts";
import { currentTrace } from "./tracing.ts";

const CONSUMER = { name: "wait()", boundary: wait } as const;

/**
 * Makes a task wait for others whose results it does not take.
 *
 * Outside a lattice, where electrons run at once, it only returns its first argument.
 *
 * @param child the handle of what is to wait; it is returned
 * @param parents the handle or handles it waits for
 * @throws {CovalentError} `GRAPH_CYCLE` when a parent already waits for the child; `INVALID_ARGUMENT` for what is no handle
 * @example
 * import { electron, lattice, wait } from "covalent-ts";
 *
 * const check = electron((path: string) => path.endsWith(".csv"));
 * const upload = electron((path: string) => `uploaded ${path}`);
 * export const publish = lattice((path: string) => wait(upload(path), check(path)));
 */
export function wait<C>(child: C, parents: HandleOf<unknown> | readonly HandleOf<unknown>[]): C {
  const session = currentTrace();
  if (session === undefined) return child;
  const target = nodeOf(session, child, "the first argument");
  const list: readonly unknown[] = Array.isArray(parents) ? parents : [parents];
  for (const [index, parent] of list.entries()) {
    session.addWait(nodeOf(session, parent, `parent ${index}`), target, () => atUserLine(wait));
  }
  return child;
}

function nodeOf(session: TraceSession, value: unknown, which: string): number {
  const handle = handleState(value);
  if (handle !== undefined) return placeHandle(session, handle, CONSUMER);
  throw new CovalentError("INVALID_ARGUMENT", {
    reason: `wait()${atUserLine(wait)}: ${which} is not a handle; only results of electrons called in this lattice can wait`,
  });
}
