import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { runsQuery } from "../../api/comparison.ts";
import { type DispatchSummary, dispatchQuery } from "../../api/dispatches.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StatusBadge } from "../../components/status.tsx";
import { Duration, Time } from "../../components/time.tsx";

/** The other runs of a dispatch's lattice, to compare it with one. */
export function ChooseComparisonPage() {
  const { dispatchId } = useParams({ from: "/dispatches/$dispatchId/compare" });
  const summary = useQuery(dispatchQuery(dispatchId));
  const name = summary.data?.name ?? "";
  const runs = useQuery(runsQuery(name));
  const others = runs.data?.filter((run) => run.dispatch_id !== dispatchId);
  const failure = summary.error ?? runs.error;
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <PageHeader title={`Compare ${name}`}>
        <p className="text-soft">
          <Link
            to="/dispatches/$dispatchId"
            params={{ dispatchId }}
            className="rounded font-mono text-xs hover:underline"
          >
            {dispatchId.slice(0, 8)}
          </Link>{" "}
          with another run of the same lattice
        </p>
      </PageHeader>
      {failure && (
        <div className="px-4 md:px-6">
          <ErrorPanel error={failure} />
        </div>
      )}
      {others?.length === 0 && (
        <EmptyState icon={GitCompareArrows} title="There is no other run">
          Run this dispatch again, with other inputs or other code, and compare what came of it.
        </EmptyState>
      )}
      {others !== undefined && others.length > 0 && (
        <ul aria-label="Runs" className="border-t">
          {others.map((run) => (
            <li key={run.dispatch_id}>
              <Run run={run} of={dispatchId} before={summary.data?.redispatch_of ?? null} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** `before`: the dispatch that the first one repeats. */
function Run({ run, of, before }: { run: DispatchSummary; of: string; before: string | null }) {
  const relation =
    run.dispatch_id === before ? "it repeats this one" : run.redispatch_of === of ? "repeats it" : undefined;
  return (
    <Link
      to="/dispatches/$dispatchId/compare/$otherId"
      params={{ dispatchId: of, otherId: run.dispatch_id }}
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-panel px-4 py-2.5 hover:bg-hover md:px-6"
    >
      <span className="w-20 font-mono text-xs">{run.dispatch_id.slice(0, 8)}</span>
      <span className="w-32">
        <StatusBadge status={run.status} paused={run.paused} />
      </span>
      <span className="text-soft">
        <Time at={run.started_at} />
      </span>
      <Duration from={run.started_at} to={run.completed_at ?? (run.interrupted ? run.updated_at : null)} />
      {relation && <span className="rounded bg-accent-soft px-1.5 text-xs text-accent">{relation}</span>}
    </Link>
  );
}
