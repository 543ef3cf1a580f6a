import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { graphQuery } from "../../api/dispatches.ts";
import { type Graph, graphOf } from "../../graph/model/graph.ts";
import { NodeStates } from "../../graph/model/node-states.ts";
import { useLive } from "../../hooks/live.ts";

export interface LiveGraph {
  readonly graph: Graph;
  readonly states: NodeStates;
}

/** A dispatch's graph, read once and kept current by events. */
export function useGraph(dispatchId: string): {
  readonly live: LiveGraph | undefined;
  readonly error: Error | null;
} {
  const connection = useLive();
  const { data, error } = useQuery(graphQuery(dispatchId));
  const live = useMemo(() => {
    if (data === undefined) return undefined;
    const graph = graphOf(data);
    return { graph, states: new NodeStates(graph, data) };
  }, [data]);
  useEffect(
    () => connection.watch(dispatchId, (events) => live?.states.apply(events)),
    [connection, dispatchId, live],
  );
  return { live, error };
}
