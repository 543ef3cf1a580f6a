import { STATUS_FILL, statusLook } from "./status.tsx";

/** How much of a dispatch is done. */
export function ProgressBar({ done, total, status }: { done: number; total: number; status: string }) {
  const percent = total === 0 ? (status === "COMPLETED" ? 100 : 0) : Math.min(100, (100 * done) / total);
  return (
    <div className="flex items-center gap-2">
      <div
        role="progressbar"
        aria-label="Nodes that are done"
        aria-valuenow={Math.round(percent)}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 min-w-12 flex-1 overflow-hidden rounded-full bg-line"
      >
        <div
          className={`h-full rounded-full transition-[width] duration-300 ${STATUS_FILL[statusLook(status).color]}`}
          style={{ width: `${percent}%` }}
        />
      </div>
      <span className="text-xs tabular-nums text-soft">
        {done.toLocaleString()}/{total.toLocaleString()}
      </span>
    </div>
  );
}
