import { useNow } from "../hooks/now.ts";

/** A duration for people: `380 ms`, `12.4 s`, `3 m 05 s`, `2 h 14 m`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.floor(ms / 1_000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24];
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${pad(minutes)} m`;
  return `${minutes} m ${pad(rest)} s`;
}

/** How long something took, or has taken so far; a dash for what has not begun. */
export function Duration({ from, to }: { from: string | number | null; to: string | number | null }) {
  const now = useNow(from !== null && to === null);
  if (from === null) return <span className="text-faint">–</span>;
  const start = new Date(from).getTime();
  const ms = (to === null ? now : new Date(to).getTime()) - start;
  return (
    <span className="tabular-nums whitespace-nowrap">
      {durationText(to === null ? Math.floor(ms / 1_000) * 1_000 : ms)}
    </span>
  );
}

const DAY = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

/** A time of day, with the day when it is not today's; the whole of it when pointed at. */
export function Time({ at }: { at: string | number | null }) {
  if (at === null) return <span className="text-faint">–</span>;
  const time = new Date(at);
  const today = time.toDateString() === new Date().toDateString();
  return (
    <time dateTime={time.toISOString()} title={time.toString()} className="whitespace-nowrap tabular-nums">
      {today ? "" : `${DAY.format(time)}, `}
      {CLOCK.format(time)}
    </time>
  );
}

function pad(count: number): string {
  return String(count).padStart(2, "0");
}
