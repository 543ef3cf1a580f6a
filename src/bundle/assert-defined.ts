import { CovalentError } from "../model/errors.ts";
import type { DefinitionId } from "../sdk/definition.ts";

/**
 * Checks that a bundle defines everything a graph needs.
 *
 * @param needed names for people by id
 * @param available what evaluating the bundle defines, see `inspectBundle`
 * @throws {CovalentError} `ELECTRON_NOT_IN_BUNDLE` naming the first that is missing
 * @example
 * assertDefined(new Map([["src/steps.ts#clean", "clean"]]), await inspectBundle(bundle));
 */
export function assertDefined(
  needed: ReadonlyMap<DefinitionId, string>,
  available: ReadonlySet<DefinitionId>,
): void {
  for (const [id, name] of needed) {
    if (available.has(id)) continue;
    const module = id.slice(0, id.lastIndexOf("#"));
    throw new CovalentError("ELECTRON_NOT_IN_BUNDLE", { name, id, module });
  }
}
