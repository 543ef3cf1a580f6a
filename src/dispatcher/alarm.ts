/** Node's timers hold 31 bits. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Calls a function once after so many milliseconds, however many. It goes by the monotonic clock, so that a change of the
 * machine's time neither hurries nor delays it, and does not keep the process alive.
 *
 * @returns what calls it off
 * @example
 * const callOff = setAlarm(30_000, () => enqueue(node));
 */
export function setAlarm(ms: number, ring: () => void): () => void {
  const due = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const arm = (left: number): void => {
    timer = setTimeout(
      () => {
        const rest = due - performance.now();
        // Timers may be early by a fraction of a millisecond.
        if (rest < 1) ring();
        else arm(rest);
      },
      Math.min(left, MAX_DELAY_MS),
    ).unref();
  };
  arm(ms);
  return () => clearTimeout(timer);
}

/** What is left of a wait that ends at a time of the clock: never more than was asked for, whatever the clock says now. */
export function leftOf(endsAt: number, askedMs: number): number {
  return Math.min(Math.max(endsAt - Date.now(), 0), askedMs);
}
