import { type DefiningModule, definingIn } from "../../sdk/definitions.ts";
import { Evaluation } from "./evaluation.ts";

export type Exports = Readonly<Record<string, unknown>>;

type AnyFunction = (...args: unknown[]) => unknown;

const DEFINING: ReadonlySet<string> = new Set(["electron", "task", "lattice", "workflow"]);
/** Calls that talk to a server, and those that give the function that does. */
const CLIENT_CALLS: ReadonlySet<string> = new Set(["getResult", "cancel", "redispatch"]);
const CURRIED_CLIENT_CALLS: ReadonlySet<string> = new Set(["dispatch", "dispatchSync"]);

/** The exports of the SDK for one module of a bundle: what it defines is its own, and it talks to no server while it is evaluated. */
export function boundExports(sdk: Exports, module: Omit<DefiningModule, "boundary">): Exports {
  return Object.fromEntries(Object.entries(sdk).map(([name, value]) => [name, bound(name, value, module)]));
}

function bound(name: string, value: unknown, module: Omit<DefiningModule, "boundary">): unknown {
  if (typeof value !== "function") return value;
  const original = value as AnyFunction;
  if (DEFINING.has(name)) return defining(original, module);
  if (CLIENT_CALLS.has(name)) return Evaluation.stopsAt(original);
  if (CURRIED_CLIENT_CALLS.has(name)) {
    return (...args: unknown[]) => Evaluation.stopsAt(original(...args) as AnyFunction);
  }
  return value;
}

function defining(original: AnyFunction, module: Omit<DefiningModule, "boundary">): AnyFunction {
  const define = (...args: unknown[]): unknown =>
    definingIn({ ...module, boundary: define }, () => original(...args));
  return define;
}
