import { isTerminal } from "../model/status.ts";
import type { SummaryAnswer } from "./answers.ts";
import type { Client } from "./client.ts";

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for which a server that went away is waited for. */
  readonly lostAfterMs: number;
  /** Called when the server cannot be reached any more: once, until it answers again. */
  readonly onLost?: () => void;
}

/**
 * Waits until a dispatch has ended and answers with its state then. The events are followed from the number that the state
 * was true at, so nothing that happens in between can be missed; a server that is restarted meanwhile is waited for.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, and `SERVER_UNREACHABLE` at once when it cannot be reached to begin with.
 */
export async function waitForEnd(
  client: Client,
  dispatchId: string,
  options: WaitOptions,
): Promise<SummaryAnswer> {
  let summary = await client.summary(dispatchId);
  // Nobody will ever go on with what the original left unfinished.
  if (isTerminal(summary.status) || summary.interrupted) return summary;
  for await (const event of client.events({
    ...options,
    after: summary.sequence,
    dispatchId,
    nodes: false,
  })) {
    const ended = "reset" in event || (event.nodeId === undefined && isTerminal(event.status));
    if (ended) summary = await client.summary(dispatchId);
    if (isTerminal(summary.status)) break;
  }
  return summary;
}
