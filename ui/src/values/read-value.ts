import { deserialize } from "../../../src/serialization/deserialize.ts";
import { type ShownPart, shownParts } from "./shown-value.ts";

/** What of a stored value can be shown better than as text. Loaded when there is a value to be read. */
export function readParts(bytes: Uint8Array): readonly ShownPart[] {
  return shownParts(deserialize(bytes));
}
