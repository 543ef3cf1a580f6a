import { crossing, Uncrossable } from "./crossing.ts";

/** Makes the error for the argument that is looked at. */
type Refuse = (reason: string, advice: string) => Error;

/**
 * An argument as a shell command gets it: texts, numbers and booleans as text, null and undefined as an empty one, arrays and objects as
 * JSON. Standard input takes bytes, too.
 *
 * @throws what `refuse` makes, for what is none of these
 */
export function argumentText(value: unknown, isStdin: boolean, refuse: Refuse): string | Uint8Array {
  if (isStdin && ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (isStdin && value instanceof ArrayBuffer) return new Uint8Array(value);
  const text = plainText(value, refuse);
  if (!isStdin && text.includes("\0")) throw refuse("it holds a zero byte", "Give it to `stdin`.");
  return text;
}

function plainText(value: unknown, refuse: Refuse): string {
  if (value === null || value === undefined) return "";
  if (["string", "number", "bigint", "boolean"].includes(typeof value)) return String(value);
  return jsonOf(value, refuse);
}

function jsonOf(value: unknown, refuse: Refuse): string {
  try {
    const { value: json, patches } = crossing(value);
    const [first] = patches;
    if (first === undefined) return JSON.stringify(json);
    const [, kind] = first;
    if (kind === "number") throw refuse("it holds a number that JSON has no word for", "Pass it as a text.");
    throw refuse("it holds bytes", "Give them to `stdin`, or pass an array of numbers.");
  } catch (error) {
    throw error instanceof Uncrossable ? refuse(error.message, error.advice) : error;
  }
}
