import type { RegisteredGraph } from "../model/change.ts";
import type { Services } from "./services.ts";

/**
 * Starts a dispatch whose assets are all there. One that was started before is left as it is.
 *
 * @param registered its graph, where it has just been registered
 * @throws {CovalentError} `ASSETS_MISSING`, `DISPATCH_NOT_FOUND`
 */
export async function startComplete(
  dispatchId: string,
  { missing, dispatcher }: Pick<Services, "missing" | "dispatcher">,
  registered?: RegisteredGraph,
): Promise<void> {
  await missing.checkComplete(dispatchId);
  await dispatcher.start(dispatchId, registered);
}
