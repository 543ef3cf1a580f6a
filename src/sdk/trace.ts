/**
 * Tracing: a lattice function is called once, and the electrons and lattices it calls become a graph.
 *
 * electron.ts and lattice.ts make the objects people write; tracing.ts knows which trace the running code belongs to;
 * record-call.ts turns a call into nodes and edges, place-value.ts its arguments; handle.ts is what the call returns;
 * trace-session.ts holds the graph as it grows. Types of handles are in handle-types.ts. Errors of the lattice's author carry
 * the author's own line, which is looked up only when there is an error.
 */
import type { Lattice } from "./lattice-type.ts";
import { placeValue } from "./place-value.ts";
import { TraceSession } from "./trace-session.ts";
import type { LatticeExecutors, TracedGraph } from "./traced-graph.ts";
import { insideTrace } from "./tracing.ts";

export type { LatticeExecutors, TracedGraph, TracedNode } from "./traced-graph.ts";

/** What can be traced: a lattice, or what stands for one. */
export type Traceable = Pick<Lattice, "name" | "options" | "function">;

/**
 * Calls a lattice's function and returns the graph of the electrons it called.
 *
 * Parents come before their children except along `wait()`, and the last node, of type `reconstruct`, takes the return value.
 * What the function throws is thrown on unchanged.
 *
 * @param inherited what the lattice runs on where it does not say: that of the lattice it is a node of
 * @throws {CovalentError} see the errors of the calls, in the lattice, of electrons, lattices and `wait`
 */
export async function trace(
  lattice: Traceable,
  args: readonly unknown[],
  inherited?: LatticeExecutors,
): Promise<TracedGraph> {
  const session = new TraceSession(lattice.name, lattice.options, inherited);
  const fn = lattice.function as (...args: readonly unknown[]) => unknown;
  try {
    const returned = await insideTrace(session, () => fn(...args));
    const source = placeValue(session, returned, "result", { name: `the result of lattice ${lattice.name}` });
    const node = session.addNode({ type: "reconstruct", name: ":postprocess:reconstruct" });
    session.addArgument(source, node, "result", 0);
    return session.graph();
  } finally {
    session.close();
  }
}
