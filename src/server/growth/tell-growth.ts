/**
 * What grows while somebody looks: the output of a task, the server's log. Readers are told over their stream of events how large
 * it is by now, and fetch what they lack by a range request: nobody polls, nothing is sent twice, and a reader that was away goes on
 * where it stopped.
 */
export interface Growing {
  /** The name of the server-sent event. */
  readonly event: string;
  /** What readers are told; `undefined` when there is nothing to tell now. */
  look(): Promise<object | undefined>;
  /** Calls back whenever a look may find something else. Gives the way to stop. */
  watch(changed: () => void): () => void;
}

/** The most often a reader is told of one thing. */
const TELL_EVERY_MS = 100;

/** Tells how something stands, now and whenever that has changed, until what it gives is called. The events have no id. */
export function tellGrowth(growing: Growing, tell: (message: string) => void): () => void {
  let told: string | undefined;
  let due: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;
  const look = async (): Promise<void> => {
    // What cannot be looked at now is looked at when it changes the next time.
    const found = JSON.stringify(await growing.look().catch(() => undefined));
    if (stopped || found === undefined || found === told) return;
    told = found;
    tell(`event: ${growing.event}\ndata: ${found}\n\n`);
  };
  const lookSoon = (delayMs: number): void => {
    due ??= setTimeout(() => {
      due = undefined;
      // One after the other, so that nobody is told of a smaller size behind a larger one.
      looking = looking.then(look);
    }, delayMs).unref();
  };
  const unwatch = growing.watch(() => lookSoon(TELL_EVERY_MS));
  lookSoon(0);
  return () => {
    stopped = true;
    clearTimeout(due);
    unwatch();
  };
}
