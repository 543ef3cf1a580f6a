import { AsyncLocalStorage } from "node:async_hooks";
import type { TraceSession } from "./trace-session.ts";

const KEY = Symbol.for("covalent-ts.tracing");

/**
 * The trace that the running code belongs to. It follows `await`, so that async lattices and concurrent dispatches each keep their
 * own; and all copies of this package in a process share it, so that an electron of one copy is traced, never run, in a lattice
 * of another.
 */
const storage: AsyncLocalStorage<TraceSession> = shared();

/** The session of the lattice that is being traced; `undefined` outside of one. */
export function currentTrace(): TraceSession | undefined {
  return storage.getStore();
}

/** Runs a function, and everything it starts, inside a trace. */
export function insideTrace<T>(session: TraceSession, run: () => T): T {
  return storage.run(session, run);
}

function shared(): AsyncLocalStorage<TraceSession> {
  const holder = globalThis as unknown as Record<symbol, AsyncLocalStorage<TraceSession> | undefined>;
  holder[KEY] ??= new AsyncLocalStorage();
  return holder[KEY];
}
