import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import { ancestorsQuery, type DispatchSummary } from "../../api/dispatches.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { ProgressBar } from "../../components/progress-bar.tsx";
import { StatusBadge } from "../../components/status.tsx";
import { Duration } from "../../components/time.tsx";
import { DispatchActions } from "./dispatch-actions.tsx";

interface DispatchHeaderProps {
  readonly dispatchId: string;
  readonly summary: DispatchSummary | undefined;
  /** The first node that failed, where one did. */
  readonly failedNode: number | undefined;
}

/** Which dispatch it is, how it does, and what can be done with it. */
export function DispatchHeader({ dispatchId, summary, failedNode }: DispatchHeaderProps) {
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3 pb-1 md:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <Trail summary={summary} />
        <div className="flex min-w-0 items-center gap-2">
          <h1 className="truncate text-lg font-semibold tracking-tight" title={summary?.name.slice(0, 300)}>
            <bdi>{summary?.name.slice(0, 300) ?? " "}</bdi>
          </h1>
          <span className="min-w-0 shrink-999 truncate font-mono text-xs text-faint max-sm:hidden">
            {dispatchId}
          </span>
          <CopyButton text={dispatchId} label="Copy the id" className="size-6!" />
        </div>
        {summary && (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <StatusBadge status={summary.status} paused={summary.paused} />
            <Duration
              from={summary.started_at}
              to={summary.completed_at ?? (summary.interrupted ? summary.updated_at : null)}
            />
            <div className="w-40">
              <ProgressBar
                done={summary.completed_electron_num}
                total={summary.electron_num}
                status={summary.status}
              />
            </div>
          </div>
        )}
        {summary?.reason && (
          <p className="mt-1 flex items-baseline gap-x-3">
            <span className="line-clamp-2 min-w-0 break-words text-soft">{summary.reason}</span>
            {failedNode !== undefined && <ShowFailed dispatchId={dispatchId} node={failedNode} />}
          </p>
        )}
      </div>
      {summary && <DispatchActions summary={summary} />}
    </header>
  );
}

function ShowFailed({ dispatchId, node }: { dispatchId: string; node: number }) {
  return (
    <Link
      to="/dispatches/$dispatchId"
      params={{ dispatchId }}
      search={(before) => ({ ...before, node })}
      replace
      className="shrink-0 rounded text-accent hover:underline"
    >
      Show the error
    </Link>
  );
}

/** The way from the list to here, through the dispatches in which this one is a sublattice. */
function Trail({ summary }: { summary: DispatchSummary | undefined }) {
  const { data: ancestors = [] } = useQuery({
    ...ancestorsQuery(summary?.dispatch_id ?? ""),
    enabled: summary !== undefined,
  });
  return (
    <nav aria-label="Breadcrumb" className="flex flex-wrap items-center gap-1 text-xs text-soft">
      <Link to="/" className="rounded hover:text-ink hover:underline">
        Dispatches
      </Link>
      {ancestors.map(({ dispatch_id: dispatchId, name, node_id: node }) => (
        <Fragment key={dispatchId}>
          <ChevronRight aria-hidden className="size-3" />
          <Link
            to="/dispatches/$dispatchId"
            params={{ dispatchId }}
            search={{ node }}
            className="rounded hover:text-ink hover:underline"
          >
            {name}
          </Link>
        </Fragment>
      ))}
      {summary?.redispatch_of && (
        <>
          <ChevronRight aria-hidden className="size-3" />
          <Link
            to="/dispatches/$dispatchId"
            params={{ dispatchId: summary.redispatch_of }}
            className="rounded hover:text-ink hover:underline"
          >
            repeats {summary.redispatch_of.slice(0, 8)}
          </Link>
        </>
      )}
    </nav>
  );
}
