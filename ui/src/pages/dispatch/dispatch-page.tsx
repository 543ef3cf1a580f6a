/** One dispatch: its graph, the same nodes as a table and over time, and what is known of it as a whole. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Tabs } from "radix-ui";
import { useMemo } from "react";
import { ServerError } from "../../api/client.ts";
import { dispatchQuery } from "../../api/dispatches.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { GraphView } from "../../graph/view/graph-view.tsx";
import { DispatchHeader } from "./dispatch-header.tsx";
import { NodePanel } from "./node-panel/node-panel.tsx";
import { NodeTable } from "./node-table.tsx";
import { Overview } from "./overview.tsx";
import { type DispatchTab, TABS } from "./search.ts";
import { Timeline } from "./timeline/timeline.tsx";
import { type LiveGraph, useGraph } from "./use-graph.ts";

const FROM = "/dispatches/$dispatchId";

export function DispatchPage() {
  const { dispatchId } = useParams({ from: FROM });
  const { tab = "graph", node } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const summary = useQuery(dispatchQuery(dispatchId));
  const { live, error } = useGraph(dispatchId);
  const hasFailed = summary.data?.status === "FAILED";
  const failedNode = useMemo(() => (hasFailed && live ? firstFailed(live) : undefined), [hasFailed, live]);
  const failed = summary.error ?? error;
  if (failed && (!summary.data || isGone(failed))) {
    return (
      <div className="p-6">
        <ErrorPanel error={failed} />
      </div>
    );
  }
  const choose = (chosen: number | undefined) =>
    void navigate({
      search: ({ node: _before, ...rest }) => (chosen === undefined ? rest : { ...rest, node: chosen }),
      replace: true,
    });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <DispatchHeader dispatchId={dispatchId} summary={summary.data} failedNode={failedNode} />
      <Tabs.Root
        value={tab}
        onValueChange={(next) =>
          void navigate({ search: (before) => ({ ...before, tab: next as DispatchTab }), replace: true })
        }
        className="flex min-h-0 flex-1 flex-col"
      >
        <TabNames />
        <div className="relative flex min-h-0 flex-1">
          <Tabs.Content value={tab} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
            {tab === "overview" ? (
              <Overview dispatchId={dispatchId} summary={summary.data} live={live} />
            ) : (
              live && <Nodes tab={tab} dispatchId={dispatchId} live={live} chosen={node} onChoose={choose} />
            )}
          </Tabs.Content>
          {live && node !== undefined && (
            <NodePanel
              key={node}
              dispatchId={dispatchId}
              nodeId={node}
              live={live}
              onClose={() => choose(undefined)}
            />
          )}
        </div>
      </Tabs.Root>
    </div>
  );
}

function firstFailed({ graph, states }: LiveGraph): number | undefined {
  return graph.nodes.find((_, index) => states.at(index).status === "FAILED")?.id;
}

/** It was here, and somebody has deleted it. */
function isGone(error: Error): boolean {
  return error instanceof ServerError && error.code === "DISPATCH_NOT_FOUND";
}

function TabNames() {
  return (
    <Tabs.List aria-label="Views" className="flex gap-1 border-b px-3 md:px-5">
      {TABS.map((name) => (
        <Tabs.Trigger
          key={name}
          value={name}
          className="-mb-px border-b-2 border-transparent px-2 py-2 text-soft capitalize hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
        >
          {name}
        </Tabs.Trigger>
      ))}
    </Tabs.List>
  );
}

interface NodesProps {
  readonly tab: Exclude<DispatchTab, "overview">;
  readonly dispatchId: string;
  readonly live: LiveGraph;
  readonly chosen: number | undefined;
  readonly onChoose: (nodeId: number | undefined) => void;
}

function Nodes({ tab, dispatchId, live, chosen, onChoose }: NodesProps) {
  const navigate = useNavigate({ from: FROM });
  if (live.graph.nodes.length === 0) return <p className="p-6 text-soft">This dispatch has no nodes.</p>;
  if (tab === "table") return <NodeTable live={live} chosen={chosen} onChoose={onChoose} />;
  if (tab === "timeline") return <Timeline live={live} onChoose={onChoose} />;
  return (
    <GraphView
      dispatchId={dispatchId}
      {...live}
      chosen={chosen}
      onChoose={onChoose}
      onOpenDispatch={(id) => void navigate({ to: FROM, params: { dispatchId: id }, search: {} })}
    />
  );
}
