import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { NodePlace } from "../../../api/nodes.ts";
import { Section } from "../../../components/section.tsx";
import { StatusIcon, statusLook } from "../../../components/status.tsx";
import { shownName } from "../../../graph/model/graph.ts";
import type { LiveGraph } from "../use-graph.ts";
import { StoredValue } from "./stored-value.tsx";

/** More inputs than these are not listed. */
const LISTED = 50;

/** What a node builds on: parameters with their value, other nodes by their name. */
export function InputList({ live, index, place }: { live: LiveGraph; index: number; place: NodePlace }) {
  const { graph, states } = live;
  const incoming = useMemo(() => graph.edges.filter(({ target }) => target === index), [graph, index]);
  const own = graph.nodes[index];
  if (own?.type === "parameter") {
    return (
      <Section title="Value">
        <StoredValue place={place} assetKey="value" name={own.name} />
      </Section>
    );
  }
  if (incoming.length === 0) return null;
  return (
    <Section title={`Inputs (${incoming.length.toLocaleString()})`}>
      <ul className="flex flex-col gap-2">
        {incoming.slice(0, LISTED).map(({ source, name }) => {
          const node = graph.nodes[source];
          if (node === undefined) return null;
          return (
            <li key={`${source} ${name}`}>
              <div className="flex items-center gap-2">
                <StatusIcon look={statusLook(states.at(source).status)} className="size-3.5" />
                <span className="truncate font-mono text-xs text-soft">
                  {name === "!waiting_edge" ? "waits for" : name}
                </span>
                <Link
                  from="/dispatches/$dispatchId"
                  to="."
                  search={(before) => ({ ...before, node: node.id })}
                  replace
                  className="ml-auto truncate rounded hover:text-accent hover:underline"
                >
                  {shownName(node)} <span className="text-faint">#{node.id}</span>
                </Link>
              </div>
              {node.type === "parameter" && (
                <div className="mt-1">
                  <StoredValue place={{ ...place, nodeId: node.id }} assetKey="value" name={name} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
