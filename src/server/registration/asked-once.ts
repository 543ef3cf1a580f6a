import type { Asset } from "../../model/manifest.ts";
import { sharedBytes } from "../../model/shared-bytes.ts";
import type { ObjectName } from "../object-names.ts";

/**
 * The addresses at which a registered manifest's bytes are asked for: what is the same under many names (the function that a thousand
 * tasks call) is asked for under the first, and the others have none. The original's SDK uploads what has an address, in a request with a
 * connection of its own for each.
 *
 * @param addressOf gives an empty text for what is here already
 */
export function askedOnce(
  addressOf: (name: ObjectName) => string | undefined,
): (name: ObjectName, asset: Partial<Asset>) => string | undefined {
  const asked = new Set<string>();
  return (name, asset) => {
    const shared = name.nodeId === null ? undefined : sharedBytes(name.key, asset);
    if (shared === undefined) return addressOf(name);
    if (asked.has(shared)) return "";
    const address = addressOf(name);
    if (address) asked.add(shared);
    return address;
  };
}
