import { Link } from "@tanstack/react-router";
import { type CSSProperties, memo } from "react";
import type { DispatchSummary } from "../../api/dispatches.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { ProgressBar } from "../../components/progress-bar.tsx";
import { StatusBadge } from "../../components/status.tsx";
import { Duration, Time } from "../../components/time.tsx";
import { COLUMNS } from "./columns.ts";

interface DispatchRowProps {
  readonly row: DispatchSummary;
  readonly style: CSSProperties;
  readonly selected: boolean;
  readonly onToggle: (dispatchId: string) => void;
}

/** A dispatch as a row of the table. */
export const DispatchRow = memo(function DispatchRow({ row, style, selected, onToggle }: DispatchRowProps) {
  return (
    <div
      role="row"
      aria-selected={selected}
      style={style}
      className={`group absolute inset-x-0 ${COLUMNS} border-b bg-panel hover:bg-hover aria-selected:bg-accent-soft`}
    >
      <span role="cell">
        <SelectBox row={row} selected={selected} onToggle={onToggle} />
      </span>
      <span role="cell" className="relative flex min-w-0 items-center gap-2 overflow-hidden">
        <DispatchLink row={row} />
        <span className="shrink-0 font-mono text-xs text-faint">{row.dispatch_id.slice(0, 8)}</span>
        <Tags tags={row.tags} />
        <CopyButton
          text={row.dispatch_id}
          label="Copy the id"
          className="absolute right-0 size-6! bg-hover opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
        />
      </span>
      <span role="cell">
        <ProgressBar done={row.completed_electron_num} total={row.electron_num} status={row.status} />
      </span>
      <span role="cell" title={row.reason ?? undefined}>
        <DispatchStatusBadge row={row} />
      </span>
      <span role="cell" className="text-soft">
        <Time at={row.started_at} />
      </span>
      <span role="cell">
        <Duration from={row.started_at} to={endOf(row)} />
      </span>
    </div>
  );
});

/** The same on a small screen. */
export const DispatchCard = memo(function DispatchCard({ row, style, selected, onToggle }: DispatchRowProps) {
  return (
    <div
      role="row"
      aria-selected={selected}
      style={style}
      className="absolute inset-x-0 flex gap-3 border-b bg-panel px-4 py-2.5 aria-selected:bg-accent-soft"
    >
      <span role="cell" className="pt-0.5">
        <SelectBox row={row} selected={selected} onToggle={onToggle} />
      </span>
      <span role="cell" className="flex min-w-0 flex-1 flex-col gap-1.5">
        <span className="flex items-center justify-between gap-2">
          <DispatchLink row={row} />
          <DispatchStatusBadge row={row} />
        </span>
        <ProgressBar done={row.completed_electron_num} total={row.electron_num} status={row.status} />
        <span className="flex justify-between text-xs text-soft">
          <Time at={row.started_at} />
          <Duration from={row.started_at} to={endOf(row)} />
        </span>
      </span>
    </div>
  );
});

/** A row whose page is on its way. */
export function PendingRow({ style }: { style: CSSProperties }) {
  return (
    <div role="row" style={style} className="absolute inset-x-0 flex items-center border-b bg-panel px-6">
      <span role="cell" className="h-3 w-48 animate-pulse-soft rounded bg-line">
        <span className="sr-only">Loading</span>
      </span>
    </div>
  );
}

function SelectBox({ row, selected, onToggle }: Omit<DispatchRowProps, "style">) {
  return (
    <input
      type="checkbox"
      aria-label={`Select ${row.name} ${row.dispatch_id.slice(0, 8)}`}
      checked={selected}
      onChange={() => onToggle(row.dispatch_id)}
      className="size-4 align-middle accent-accent"
    />
  );
}

/** Characters that may not be wholly in view. */
const LONG = 24;
/** Nobody reads more of a name than so many characters. */
const MOST_SHOWN = 300;

function DispatchLink({ row }: { row: DispatchSummary }) {
  return (
    <Link
      to="/dispatches/$dispatchId"
      params={{ dispatchId: row.dispatch_id }}
      title={row.name.length > LONG ? row.name.slice(0, MOST_SHOWN) : undefined}
      className="truncate rounded font-medium hover:text-accent hover:underline"
    >
      <bdi>{row.name.slice(0, MOST_SHOWN)}</bdi>
    </Link>
  );
}

function DispatchStatusBadge({ row }: { row: DispatchSummary }) {
  if (row.interrupted) return <span className="text-cancelled">Interrupted</span>;
  if (row.cancel_requested) return <span className="text-cancelled">Cancelling</span>;
  return <StatusBadge status={row.status} paused={row.paused} />;
}

/** As many as have room beside the name, each of them wholly. */
function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="flex h-5.5 min-w-0 flex-1 flex-wrap gap-1 overflow-hidden">
      {tags.slice(0, 5).map((tag) => (
        <span
          key={tag}
          title={tag}
          className="max-w-32 truncate rounded bg-hover px-1.5 text-xs leading-5.5 text-soft"
        >
          <bdi>{tag.slice(0, MOST_SHOWN)}</bdi>
        </span>
      ))}
    </span>
  );
}

/** What the original left unfinished does not run. */
function endOf(row: DispatchSummary): string | null {
  return row.completed_at ?? (row.interrupted ? row.updated_at : null);
}
