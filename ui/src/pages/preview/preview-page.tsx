/** The graph of a lattice before it runs: what `covalent preview` leads to. Nothing of it is registered. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { previewQuery } from "../../api/previews.ts";
import { IconButton } from "../../components/button.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Facts } from "../../components/section.tsx";
import { type Graph, type GraphNode, graphOf, isStructural, shownName } from "../../graph/model/graph.ts";
import { NodeStates } from "../../graph/model/node-states.ts";
import { GraphView } from "../../graph/view/graph-view.tsx";

export function PreviewPage() {
  const { previewId } = useParams({ from: "/previews/$previewId" });
  const { data, error } = useQuery(previewQuery(previewId));
  const [chosen, setChosen] = useState<number>();
  const live = useMemo(() => {
    if (data === undefined) return undefined;
    const graph = graphOf(data.graph);
    return { graph, states: new NodeStates(graph, data.graph) };
  }, [data]);
  if (error) {
    return (
      <div className="p-6">
        <ErrorPanel error={error} />
      </div>
    );
  }
  const node = live?.graph.nodes[live.graph.indexOf.get(chosen ?? -1) ?? -1];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={data?.name ?? " "}>
        <span className="rounded bg-accent-soft px-1.5 py-0.5 text-xs text-accent">Preview</span>
        {live && <p className="text-soft">{sizeText(live.graph)}. Nothing has run.</p>}
      </PageHeader>
      <div className="relative flex min-h-0 flex-1 flex-col border-t">
        {live && live.graph.nodes.length === 0 && (
          <p className="p-6 text-soft">This lattice calls nothing.</p>
        )}
        {live && live.graph.nodes.length > 0 && (
          <GraphView
            dispatchId={previewId}
            {...live}
            chosen={chosen}
            onChoose={setChosen}
            // What a sublattice will be is known when it runs.
            onOpenDispatch={() => undefined}
          />
        )}
        {node && <PreviewedNode node={node} onClose={() => setChosen(undefined)} />}
      </div>
    </div>
  );
}

function PreviewedNode({ node, onClose }: { node: GraphNode; onClose: () => void }) {
  return (
    <aside
      aria-label="Node"
      className="absolute top-3 right-3 z-10 w-72 max-w-[calc(100vw-1.5rem)] rounded-lg border bg-raised p-4 shadow-float"
    >
      <div className="mb-2 flex items-start justify-between gap-2">
        <h2 className="min-w-0 font-semibold break-words">{shownName(node)}</h2>
        <IconButton label="Close" icon={X} className="-mt-1 -mr-1" onClick={onClose} />
      </div>
      <Facts
        facts={[
          ["Node", node.id],
          ["Kind", node.type.replaceAll("_", " ")],
          ...(isStructural(node) ? [] : [["Executor", node.executor] as const]),
        ]}
      />
      {node.type === "sublattice" && (
        <p className="mt-2 text-soft">What it consists of is known when it runs.</p>
      )}
    </aside>
  );
}

function sizeText({ nodes }: Graph): string {
  const tasks = nodes.filter((node) => !isStructural(node)).length;
  return `${tasks.toLocaleString()} task${tasks === 1 ? "" : "s"}`;
}
