import { setTimeout as pause } from "node:timers/promises";
import { CovalentError } from "../model/errors.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** How a connection ends whose server is killed. */
const CUT_OFF: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/**
 * Asks a server that was there a moment ago, and again when it is away: it may be killed and started again between two questions.
 *
 * @throws what was thrown last, when it stays away for longer than `lostAfterMs`; anything else at once
 * @example
 * const summary = await whileAway(() => client.summary(id), { lostAfterMs: 60_000 });
 */
export async function whileAway<T>(
  ask: () => Promise<T>,
  { lostAfterMs, signal }: { readonly lostAfterMs: number; readonly signal?: AbortSignal },
): Promise<T> {
  const since = performance.now();
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isAway(error) || performance.now() - since >= lostAfterMs) throw error;
    }
    await pause(wait * (0.5 + Math.random() / 2), undefined, signal && { signal });
  }
}

function isAway(error: unknown): boolean {
  if (error instanceof CovalentError)
    return error.code === "SERVER_UNREACHABLE" || error.code === "SERVER_STOPPING";
  return error instanceof Error && "code" in error && CUT_OFF.has(error.code);
}
