import type { Logger } from "../../model/logger.ts";

/** Does what an event or a timer asks for. Nothing that goes wrong with it may end the server: it is written to the log. */
export function guarded(logger: Logger, action: () => void): void {
  try {
    action();
  } catch (error) {
    logger.error({ err: error }, "a pool of workers failed at something it should have done");
  }
}
