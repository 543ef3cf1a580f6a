import { setImmediate as turn } from "node:timers/promises";
import type { DispatchRepository, NodeState } from "../../database/repositories/dispatch-repository.ts";
import type { ComparedEdge, ComparedGraph, ComparedNode } from "./compare.ts";

/** Nodes or links read at once: others are served between two slices. */
const SLICE = 1_000;

/** A dispatch's graph as it is compared. */
export async function readCompared(
  dispatches: DispatchRepository,
  dispatchId: string,
): Promise<ComparedGraph> {
  const nodes: ComparedNode[] = [];
  for (let after = -1; ; ) {
    const page = { after, limit: SLICE };
    const states = await dispatches.nodeStates(dispatchId, page);
    const digests = new Map((await dispatches.nodeDigests(dispatchId, page)).map((each) => [each.id, each]));
    for (const state of states) {
      const { code = null, output = null } = digests.get(state.id) ?? {};
      const { id, name, type, status, executor } = state;
      nodes.push({ id, name, type, status, executor, code, output, durationMs: durationOf(state) });
    }
    after = states.at(-1)?.id ?? after;
    if (states.length < SLICE) break;
    await turn();
  }
  const edges: ComparedEdge[] = [];
  for (let offset = 0; ; offset += SLICE) {
    const links = await dispatches.links(dispatchId, { offset, limit: SLICE });
    for (const { source, target, metadata } of links)
      edges.push({ source, target, name: metadata.edge_name, index: metadata.arg_index ?? null });
    if (links.length < SLICE) return { nodes, edges };
    await turn();
  }
}

function durationOf({ start_time, end_time }: NodeState): number | null {
  if (start_time === null || end_time === null) return null;
  const ms = Date.parse(end_time) - Date.parse(start_time);
  return Number.isNaN(ms) ? null : ms;
}
