/** An answer tells no more than seconds, and is as old as its way was long: less than that is no difference. */
const SAME_CLOCK_MS = 5_000;

let aheadMs = 0;

/** Takes note of what the server's clock showed when it sent an answer: the answer's `Date`. */
export function noteServerClock(date: string | null): void {
  const ahead = date === null ? Number.NaN : Date.parse(date) - Date.now();
  if (!Number.isNaN(ahead)) aheadMs = Math.abs(ahead) > SAME_CLOCK_MS ? ahead : 0;
}

/** The time by the server's clock, as those of dispatches are: by another one what runs would have run for hours, or less than nothing. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}
