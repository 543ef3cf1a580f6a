import { CovalentError } from "../model/errors.ts";
import { isTerminal } from "../model/status.ts";
import type { SummaryAnswer } from "./answers.ts";
import type { Client } from "./client.ts";
import { whileAway } from "./while-away.ts";

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for which a server that went away is waited for. */
  readonly lostAfterMs: number;
  /** Called when the server cannot be reached any more: once, until it answers again. */
  readonly onLost?: () => void;
}

/** So long the first answer waits for the end. Most workflows take less; the others cost an open stream. */
const HELD_MS = 10_000;

/**
 * Waits until a dispatch has ended and answers with its state then. What takes long is followed by its events, from the number that
 * the state was true at, so nothing that happens in between can be missed; a server that is restarted meanwhile is waited for.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, and `SERVER_UNREACHABLE` at once when it cannot be reached to begin with.
 */
export async function waitForEnd(
  client: Client,
  dispatchId: string,
  options: WaitOptions,
): Promise<SummaryAnswer> {
  const { signal } = options;
  const first = await client
    .summary(dispatchId, { waitMs: HELD_MS, ...(signal && { signal }) })
    .catch((error) => {
      if (!isCutOff(error)) throw error;
      return undefined;
    });
  // Nobody will ever go on with what the original left unfinished.
  if (first !== undefined && (isTerminal(first.status) || first.interrupted)) return first;
  // Cut off before anything was heard: from the first event that the server has.
  const after = first?.sequence ?? 0;
  for await (const event of client.events({ ...options, after, dispatchId, nodes: false })) {
    const ended = "reset" in event || (event.nodeId === undefined && isTerminal(event.status));
    if (!ended) continue;
    const summary = await whileAway(() => client.summary(dispatchId), options);
    if (isTerminal(summary.status)) return summary;
  }
  throw new Error(`the events of dispatch ${dispatchId} have ended`);
}

/** The server was there, and is gone: it may come back. Where there was none, the cause is that it could not be connected to. */
function isCutOff(error: unknown): boolean {
  if (!(error instanceof CovalentError) || error.code !== "SERVER_UNREACHABLE") return false;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code === undefined || code === "ECONNRESET" || code === "EPIPE";
}
