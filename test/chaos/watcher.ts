import { createClient } from "../../src/client/client.ts";
import type { StatusEvent } from "../../src/model/event.ts";

/** A client that listens from before the first event on, and resumes behind the last it saw whenever its server is killed. */
export interface Watcher {
  readonly seen: readonly StatusEvent[];
  /** How often it was told that something was missed. */
  readonly resets: number;
  stop(): Promise<void>;
}

export function watch(url: string): Watcher {
  const seen: StatusEvent[] = [];
  const leaving = new AbortController();
  let resets = 0;
  const listen = async (): Promise<void> => {
    for await (const event of createClient({ url }).events({ after: 0, signal: leaving.signal })) {
      if ("reset" in event) resets++;
      else seen.push(event);
    }
  };
  // Only its own end ends it; anything else is thrown by `stop`.
  const listening = listen().catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });
  listening.catch(() => undefined);
  return {
    seen,
    get resets() {
      return resets;
    },
    async stop() {
      leaving.abort();
      await listening;
    },
  };
}
