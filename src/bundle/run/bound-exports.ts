import { type DefiningModule, definingIn } from "../../definition/definitions.ts";
import { type Exports, SDK_EXPORTS } from "../sdk-exports.ts";
import { Evaluation } from "./evaluation.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/** The exports of the SDK for one module of a bundle: what it defines is its own, and it talks to no server while it is evaluated. */
export function boundExports(sdk: Exports, module: Omit<DefiningModule, "boundary">): Exports {
  return Object.fromEntries(Object.entries(sdk).map(([name, value]) => [name, bound(name, value, module)]));
}

function bound(name: string, value: unknown, module: Omit<DefiningModule, "boundary">): unknown {
  if (SDK_EXPORTS[name] === "has what defines") return membersBound(value as Exports, module);
  if (typeof value !== "function") return value;
  const original = value as AnyFunction;
  switch (SDK_EXPORTS[name]) {
    case "defines":
      return defining(original, module);
    case "talks":
      return Evaluation.stopsAt(original);
    case "gives what talks":
      return (...args: unknown[]) => Evaluation.stopsAt(original(...args) as AnyFunction);
    default:
      return value;
  }
}

function membersBound(value: Exports, module: Omit<DefiningModule, "boundary">): Exports {
  const members = Object.entries(value).map(([name, member]) => [
    name,
    defining(member as AnyFunction, module),
  ]);
  return Object.freeze(Object.fromEntries(members));
}

function defining(original: AnyFunction, module: Omit<DefiningModule, "boundary">): AnyFunction {
  const define = (...args: unknown[]): unknown =>
    definingIn({ ...module, boundary: define }, () => original(...args));
  return define;
}
