import type { DispatchSummary } from "../database/repositories/dispatch-repository.ts";
import type { StatusEvent } from "../model/event.ts";
import { isTerminal } from "../model/status.ts";
import { foundSummary } from "./found-dispatch.ts";
import type { Services } from "./services.ts";

/** How long a reader waits, and what ends it early. */
export interface EndWait {
  readonly waitMs: number;
  /** Is given what ends the wait at once: for a reader that leaves, a server that stops. */
  readonly interruptible: (interrupt: () => void) => void;
}

/**
 * The state of a dispatch when it has ended, or when the wait is over, whichever comes first: to somebody who waits this tells in one
 * answer what events and another question tell in three.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`
 */
export async function summaryAtEnd(
  dispatchId: string,
  { waitMs, interruptible }: EndWait,
  services: Services,
): Promise<DispatchSummary> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  // Before the state is read, so that the end cannot fall between the two.
  const unsubscribe = services.database.events.subscribe((events) => {
    for (const event of events) if (isEndOf(event, dispatchId)) resolve();
  });
  const timer = setTimeout(resolve, waitMs);
  interruptible(resolve);
  try {
    const summary = await foundSummary(dispatchId, services);
    // Nobody will ever go on with what the original left unfinished.
    if (isTerminal(summary.status) || summary.interrupted) return summary;
    await over;
    return await foundSummary(dispatchId, services);
  } finally {
    unsubscribe();
    clearTimeout(timer);
  }
}

function isEndOf(event: StatusEvent, dispatchId: string): boolean {
  return event.dispatchId === dispatchId && event.nodeId === undefined && isTerminal(event.status);
}
