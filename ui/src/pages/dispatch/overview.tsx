import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { type DispatchSummary, dispatchHeaderQuery } from "../../api/dispatches.ts";
import { dispatchAssetQuery } from "../../api/nodes.ts";
import { CodeView } from "../../components/code-view.tsx";
import { Facts } from "../../components/section.tsx";
import { Duration, Time } from "../../components/time.tsx";
import { isStructural } from "../../graph/model/graph.ts";
import { ValueText } from "./node-panel/stored-value.tsx";
import type { LiveGraph } from "./use-graph.ts";

interface OverviewProps {
  readonly dispatchId: string;
  readonly summary: DispatchSummary | undefined;
  readonly live: LiveGraph | undefined;
}

/** A dispatch as a whole: what it is, what went in and came out, where its nodes ran. */
export function Overview({ dispatchId, summary, live }: OverviewProps) {
  const { data: header } = useQuery(dispatchHeaderQuery(dispatchId));
  const metadata = header?.lattice.metadata;
  return (
    <div className="grid flex-1 auto-rows-min grid-cols-1 gap-4 overflow-auto p-4 print:overflow-visible md:grid-cols-2 md:p-6">
      <Card title="Run">
        {summary && (
          <Facts
            facts={[
              ["Created", <Time key="created" at={summary.created_at} />],
              ["Started", <Time key="started" at={summary.started_at} />],
              ["Ended", <Time key="ended" at={summary.completed_at} />],
              ["Duration", <Duration key="duration" from={summary.started_at} to={summary.completed_at} />],
              ...(summary.tags.length > 0 ? [["Tags", summary.tags.join(", ")] as const] : []),
            ]}
          />
        )}
      </Card>
      <Card title="Definition">
        {metadata && (
          <Facts
            facts={[
              ["Language", metadata.language ?? "unknown"],
              [
                "Lattice",
                <code key="lattice" className="font-mono text-xs">
                  {metadata.lattice ?? metadata.name}
                </code>,
              ],
              ["Executor", metadata.executor],
              ...(metadata.workdir
                ? [
                    [
                      "Directory",
                      <code key="workdir" className="font-mono text-xs">
                        {metadata.workdir}
                      </code>,
                    ] as const,
                  ]
                : []),
              ...(metadata.covalent_version ? [["Covalent", metadata.covalent_version] as const] : []),
            ]}
          />
        )}
      </Card>
      {live && <ExecutorMix live={live} />}
      <AssetCard dispatchId={dispatchId} title="Description" assetKey="doc" />
      <AssetCard dispatchId={dispatchId} title="Inputs" assetKey="inputs" />
      <AssetCard dispatchId={dispatchId} title="Result" assetKey="result" />
      <AssetCard dispatchId={dispatchId} title="Error" assetKey="error" />
      <AssetCard dispatchId={dispatchId} title="Source" assetKey="workflow_function_string" />
    </div>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 rounded-lg border bg-panel p-4 shadow-panel">
      <h2 className="mb-3 text-xs font-semibold tracking-wide text-soft uppercase">{title}</h2>
      {children}
    </section>
  );
}

/** Nothing where there is nothing stored. */
function AssetCard({ dispatchId, title, assetKey }: { dispatchId: string; title: string; assetKey: string }) {
  const { data } = useQuery(dispatchAssetQuery(dispatchId, assetKey));
  if (!data || data.size === 0) return null;
  return (
    <Card title={title}>
      {assetKey === "workflow_function_string" && data.content ? (
        <CodeView text={data.content} label={title} />
      ) : (
        <ValueText asset={data} name={`${title.toLowerCase()}-${dispatchId.slice(0, 8)}`} />
      )}
    </Card>
  );
}

/** How many of the tasks ran where, and how long. */
function ExecutorMix({ live }: { live: LiveGraph }) {
  const { graph } = live;
  const mix = useMemo(() => {
    const counts = new Map<string, number>();
    for (const node of graph.nodes) {
      if (!isStructural(node)) counts.set(node.executor, (counts.get(node.executor) ?? 0) + 1);
    }
    return [...counts].toSorted((a, b) => b[1] - a[1]);
  }, [graph]);
  const most = mix[0]?.[1] ?? 1;
  return (
    <Card title="Executors">
      <ul className="flex flex-col gap-2">
        {mix.map(([name, count]) => (
          <li key={name} className="grid grid-cols-[6rem_1fr_auto] items-center gap-3">
            <span className="truncate">{name}</span>
            <span
              aria-hidden
              className="h-2 rounded-full bg-accent"
              style={{ width: `${(100 * count) / most}%` }}
            />
            <span className="tabular-nums text-soft">{count.toLocaleString()} tasks</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
