import type { StatusColor, Tally } from "../model/tally.ts";

const RADIUS = 11;
const AROUND = 2 * Math.PI * RADIUS;
const ORDER: readonly StatusColor[] = ["completed", "failed", "cancelled", "running"];

/** How the nodes of a group do, as parts of a ring. */
export function ProgressRing({ tally, total }: { tally: Tally; total: number }) {
  let before = 0;
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true" className="size-7 shrink-0 -rotate-90">
      <circle cx="14" cy="14" r={RADIUS} fill="none" strokeWidth="4" className="stroke-line" />
      {ORDER.map((color) => {
        const length = (AROUND * tally[color]) / total;
        const offset = -before;
        before += length;
        return length === 0 ? null : (
          <circle
            key={color}
            cx="14"
            cy="14"
            r={RADIUS}
            fill="none"
            strokeWidth="4"
            stroke={`var(--color-${color})`}
            strokeDasharray={`${length} ${AROUND}`}
            strokeDashoffset={offset}
          />
        );
      })}
    </svg>
  );
}
