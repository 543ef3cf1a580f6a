import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { attemptsQuery, nodeQuery } from "../../../api/nodes.ts";
import { IconButton } from "../../../components/button.tsx";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { Section } from "../../../components/section.tsx";
import { StatusBadge } from "../../../components/status.tsx";
import { Duration } from "../../../components/time.tsx";
import { shownName } from "../../../graph/model/graph.ts";
import { useEscape } from "../../../hooks/escape.ts";
import type { LiveGraph } from "../use-graph.ts";
import { AttemptList } from "./attempt-list.tsx";
import { CacheSection } from "./cache-section.tsx";
import { CopyCode } from "./copy-code.tsx";
import { FailureSection } from "./failure-section.tsx";
import { HooksSection } from "./hooks-section.tsx";
import { InputList } from "./input-list.tsx";
import { KeptTexts } from "./kept-texts.tsx";
import { NodeActions } from "./node-actions.tsx";
import { NodeFacts } from "./node-facts.tsx";
import { PrintedSection } from "./printed-section.tsx";
import { SourceSection } from "./source-section.tsx";
import { StoredValue } from "./stored-value.tsx";

interface NodePanelProps {
  readonly dispatchId: string;
  readonly nodeId: number;
  readonly live: LiveGraph;
  readonly onClose: () => void;
}

/** All that is known of a node, beside the graph; over it on small screens. */
export function NodePanel({ dispatchId, nodeId, live, onClose }: NodePanelProps) {
  const place = { dispatchId, nodeId };
  useSyncExternalStore(live.states.subscribe, live.states.version);
  const detail = useQuery(nodeQuery(place));
  const attempts = useQuery(attemptsQuery(place));
  useEscape(onClose);
  const index = live.graph.indexOf.get(nodeId);
  const node = index === undefined ? undefined : live.graph.nodes[index];
  if (index === undefined || node === undefined) return null;
  const state = live.states.at(index);
  const last = attempts.data?.at(-1);
  return (
    <aside
      aria-label={`Node ${nodeId}`}
      className="flex w-[26rem] shrink-0 flex-col overflow-y-auto border-l bg-panel max-md:absolute max-md:inset-0 max-md:z-10 max-md:w-full"
    >
      <header className="sticky top-0 z-10 flex items-start gap-2 border-b bg-panel px-4 py-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-base font-semibold">{shownName(node)}</h2>
          <p className="flex flex-wrap items-center gap-x-3 text-soft">
            <StatusBadge status={state.status} />
            <Duration from={state.startedAt} to={state.endedAt} />
            <span>node {nodeId}</span>
          </p>
          {state.reason && <p className="mt-1 text-soft">{state.reason}</p>}
        </div>
        <CopyCode place={place} />
        <IconButton label="Close" icon={X} onClick={onClose} />
      </header>
      <NodeActions
        dispatchId={dispatchId}
        nodeId={nodeId}
        status={state.status}
        subDispatch={node.subDispatch}
        isTask={node.type === "function" || node.type === "sublattice"}
      />
      {detail.error && (
        <div className="p-4">
          <ErrorPanel error={detail.error} />
        </div>
      )}
      {last?.failure && <FailureSection failure={last.failure} />}
      {state.status === "COMPLETED" && (
        <Section title="Output">
          <StoredValue place={place} assetKey="output" name={`${node.name}-output`} />
        </Section>
      )}
      {/* Of what runs that is what readers come for. */}
      {attempts.data && <PrintedSection place={place} attempts={attempts.data} />}
      <InputList live={live} index={index} place={place} />
      {detail.data && attempts.data?.length === 0 && <KeptTexts node={detail.data} place={place} />}
      {attempts.data && attempts.data.length > 0 && <AttemptList attempts={attempts.data} />}
      {detail.data && <NodeFacts node={detail.data} />}
      {detail.data?.assets.hooks && <HooksSection place={place} />}
      {detail.data?.assets.function_string && <SourceSection place={place} />}
      {detail.data?.metadata.options?.cache && <CacheSection place={place} />}
    </aside>
  );
}
