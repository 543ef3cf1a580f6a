import type { LoadedBundle } from "../bundle/load.ts";
import { insideContext, type TaskContext } from "../sdk/context.ts";

/**
 * Asks the electron's own `retryOn`, where that is a function, whether what it threw is worth another attempt. One that throws
 * itself has said no: its error is written to the attempt's log.
 *
 * @returns `undefined` when the electron leaves it to the server
 */
export async function retryVerdict(
  bundle: LoadedBundle,
  id: string,
  thrown: unknown,
  context: TaskContext,
): Promise<boolean | undefined> {
  const retries = bundle.electron(id)?.options.retries;
  if (typeof retries !== "object" || typeof retries.retryOn !== "function") return undefined;
  const { retryOn } = retries;
  try {
    return (await insideContext(context, () => retryOn(thrown))) === true;
  } catch (error) {
    context.logger.error("retryOn threw: the attempt is not repeated", { error });
    return false;
  }
}
