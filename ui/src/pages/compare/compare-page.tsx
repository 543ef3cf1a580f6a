/** Two dispatches side by side: what was given to them, and node by node in what they differ. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { useMemo, useState } from "react";
import { comparisonQuery } from "../../api/comparison.ts";
import { type DispatchSummary, dispatchQuery } from "../../api/dispatches.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StatusBadge } from "../../components/status.tsx";
import { Duration, Time } from "../../components/time.tsx";
import { CompareTable } from "./compare-table.tsx";
import { countKinds, isOfKind, KIND_LABELS, KINDS, type Kind } from "./differences.ts";
import { GivenDifference } from "./given-difference.tsx";

export function ComparePage() {
  const { dispatchId, otherId } = useParams({ from: "/dispatches/$dispatchId/compare/$otherId" });
  const a = useQuery(dispatchQuery(dispatchId));
  const b = useQuery(dispatchQuery(otherId));
  const { data: pairs, error } = useQuery(comparisonQuery(dispatchId, otherId));
  const counts = useMemo(() => countKinds(pairs ?? []), [pairs]);
  const [chosen, setChosen] = useState<Kind>();
  const kind = chosen ?? (counts.different > 0 ? "different" : "all");
  const shown = useMemo(() => (pairs ?? []).filter((pair) => isOfKind(pair, kind)), [pairs, kind]);
  const failure = error ?? a.error ?? b.error;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-auto">
      <PageHeader title="Compare">
        <Link
          to="/dispatches/$dispatchId/compare/$otherId"
          params={{ dispatchId: otherId, otherId: dispatchId }}
          className="inline-flex items-center gap-1.5 rounded-md px-2 py-1 text-soft hover:bg-hover hover:text-ink"
        >
          <ArrowLeftRight aria-hidden className="size-4" />
          The other way round
        </Link>
        <Link
          to="/dispatches/$dispatchId/compare"
          params={{ dispatchId }}
          className="rounded-md px-2 py-1 text-soft hover:bg-hover hover:text-ink"
        >
          With another one
        </Link>
      </PageHeader>
      {failure && (
        <div className="px-4 pb-3 md:px-6">
          <ErrorPanel error={failure} />
        </div>
      )}
      <div className="grid gap-3 px-4 pb-3 sm:grid-cols-2 md:px-6">
        {a.data && <Side letter="A" summary={a.data} />}
        {b.data && <Side letter="B" summary={b.data} />}
      </div>
      <div className="flex flex-col gap-3 px-4 md:px-6">
        <GivenDifference title="Inputs" assetKey="inputs" a={dispatchId} b={otherId} />
        <GivenDifference title="Result" assetKey="result" a={dispatchId} b={otherId} />
      </div>
      {pairs && (
        <>
          <fieldset className="flex flex-wrap gap-1 px-4 py-3 md:px-6">
            <legend className="sr-only">Which nodes</legend>
            {KINDS.filter((each) => counts[each] > 0 || each === kind || each === "different").map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={kind === each}
                onClick={() => setChosen(each)}
                className="inline-flex h-8 items-center gap-1.5 rounded-md border border-transparent px-2.5 text-[13px] text-soft transition-colors hover:bg-hover aria-pressed:border-line aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink"
              >
                {KIND_LABELS[each]}
                <span className="text-xs tabular-nums text-faint">{counts[each].toLocaleString()}</span>
              </button>
            ))}
          </fieldset>
          {counts.different === 0 && (
            <p className="px-4 pb-3 text-soft md:px-6">
              The nodes are the same in both: code, inputs, outputs and statuses.
            </p>
          )}
          <CompareTable pairs={shown} a={dispatchId} b={otherId} />
        </>
      )}
    </div>
  );
}

function Side({ letter, summary }: { letter: string; summary: DispatchSummary }) {
  return (
    <section
      aria-label={`Dispatch ${letter}`}
      className="flex min-w-0 gap-3 rounded-lg border bg-panel p-3 shadow-panel"
    >
      <span aria-hidden className="text-lg leading-6 font-semibold text-faint">
        {letter}
      </span>
      <div className="min-w-0">
        <div className="flex min-w-0 items-center gap-2">
          <Link
            to="/dispatches/$dispatchId"
            params={{ dispatchId: summary.dispatch_id }}
            className="truncate rounded font-medium hover:text-accent hover:underline"
          >
            {summary.name}
          </Link>
          <span className="font-mono text-xs text-faint">{summary.dispatch_id.slice(0, 8)}</span>
        </div>
        <div className="flex flex-wrap items-center gap-x-4 text-soft">
          <StatusBadge status={summary.status} />
          <Time at={summary.started_at} />
          <Duration
            from={summary.started_at}
            to={summary.completed_at ?? (summary.interrupted ? summary.updated_at : null)}
          />
        </div>
      </div>
    </section>
  );
}
