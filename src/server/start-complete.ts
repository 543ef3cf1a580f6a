import type { Services } from "./services.ts";

/**
 * Starts a dispatch whose assets are all there. One that was started before is left as it is.
 *
 * @throws {CovalentError} `ASSETS_MISSING`, `DISPATCH_NOT_FOUND`
 */
export async function startComplete(
  dispatchId: string,
  { missing, dispatcher }: Pick<Services, "missing" | "dispatcher">,
): Promise<void> {
  await missing.checkComplete(dispatchId);
  await dispatcher.start(dispatchId);
}
