import { atUserLine } from "../definition/user-line.ts";
import { CovalentError } from "../model/errors.ts";

/** What can be done to a handle that would need its value: what was done, and what to do instead. */
const MISUSES = {
  text: [
    "put into a template literal or otherwise turned into text",
    "Make the text in an electron that takes {it}.",
  ],
  number: [
    "used in arithmetic or compared with <, >, <= or >=",
    "Calculate and compare in an electron that takes {it}.",
  ],
  primitive: [
    "used with +, == or as a primitive value",
    "Calculate and compare in an electron that takes {it}.",
  ],
  stringify: ["given to JSON.stringify", "Write the JSON in an electron that takes {it}."],
  iterate: [
    "spread, collected by a rest element or looped over",
    "Take single elements, `[a, b] = handle` or `handle[0]`, or loop in an electron that takes {it}.",
  ],
  enumerate: [
    "enumerated (Object.keys, Object.entries, {...handle}, a rest property or for...in)",
    "Name the fields, `handle.field`, or enumerate them in an electron that takes {it}.",
  ],
  in: ["asked whether it has a property (`in`, Object.hasOwn)", "Ask in an electron that takes {it}."],
  call: ["called as a function", "Call it in an electron that takes {it}."],
  method: ["asked to run a method", "Call the method in an electron that takes {it}."],
  construct: ["used with `new`", "Construct it in an electron that takes {it}."],
  assign: ["assigned to", "Values do not change: make a new one in an electron that takes {it}."],
  delete: [
    "told to delete a property",
    "Values do not change: make a new one in an electron that takes {it}.",
  ],
  freeze: ["frozen, sealed or given a prototype", "Leave it as it is: values do not change in a lattice."],
  instanceof: ["used on the right of `instanceof`", "Compare in an electron that takes {it}."],
} as const satisfies Record<string, readonly [done: string, advice: string]>;

export type Misuse = keyof typeof MISUSES;

interface MisusedHandle {
  readonly home: { readonly lattice: string };
  readonly electron: string;
  readonly path: string;
}

/**
 * The error for a handle that was used as if it were its value.
 *
 * @param boundary the function of ours that user code called
 * @param property the property it was about, if any
 */
export function misuse(
  handle: MisusedHandle,
  kind: Misuse,
  boundary: (...args: never[]) => unknown,
  property?: string,
): CovalentError {
  const [done, advice] = MISUSES[kind];
  const path = property === undefined ? handle.path : `${handle.path}.${property}`;
  const expression = `<handle ${handle.electron}>${path}`;
  return new CovalentError("HANDLE_MISUSE", {
    electron: handle.electron,
    lattice: handle.home.lattice,
    done: path === "" ? done : `${done} (${expression})`,
    where: atUserLine(boundary),
    advice: advice.replace("{it}", `the result of ${handle.electron} as an argument`),
  });
}
