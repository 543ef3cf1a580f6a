import { setImmediate as turn } from "node:timers/promises";
import type { DispatchRepository } from "../../database/repositories/dispatch-repository.ts";
import type { ReuseGraph } from "../../graph/reuse-graph.ts";

/** Nodes and edges read at once. */
const PAGE = 500;

/** A stored graph as it is compared with others, in slices, all nodes first. Others have their turn between two slices. */
export async function* comparableSlices(
  dispatchId: string,
  dispatches: DispatchRepository,
): AsyncGenerator<ReuseGraph> {
  for (let after = -1; ; after += PAGE) {
    const nodes = await dispatches.comparableNodes(dispatchId, { after, limit: PAGE });
    yield { nodes, edges: [] };
    if (nodes.length < PAGE) break;
    await turn();
  }
  for (let offset = 0; ; offset += PAGE) {
    const edges = await dispatches.comparableEdges(dispatchId, { offset, limit: PAGE });
    yield { nodes: [], edges };
    if (edges.length < PAGE) break;
    await turn();
  }
}
