/**
 * What a redispatch may take over from the run that it repeats: a largest part of the new graph that the old one has, too, closed
 * under ancestors, so that every result taken over was computed from results that are taken over as well.
 *
 * Promises: no two nodes take over the same one; a node does only with all its parents, along the same edges; nothing could be
 * added to what is found. Linear in nodes and edges, but for the sorting of edges that lead to one node.
 */
import { compact } from "./compact.ts";
import { LabelledParents } from "./labelled-parents.ts";
import { reuseById } from "./reuse-by-id.ts";
import { reuseByStructure } from "./reuse-by-structure.ts";
import type { IndexedGraph, ReuseGraph } from "./reuse-graph.ts";

/**
 * By which nodes are the same. `typescript`: type, code, value, key, options and edges; ids and names do not matter, for they shift when
 * a call is inserted. `python`, the original's rule for graphs whose code has no digests: id, name, value and edges.
 */
export type ReuseRule = "typescript" | "python";

/**
 * For each new node the old node whose result it takes over, or -1.
 *
 * @throws {CovalentError} `INVALID_MANIFEST` or `GRAPH_CYCLE` for what is no transport graph
 * @example
 * const load = { name: "load", type: "function", code: "c1", value: null, key: null, options: null };
 * const old = { nodes: [{ ...load, completed: true }], edges: [] };
 * findReusable("typescript", old, { nodes: [{ ...load, code: "c2" }, load], edges: [] }); // Int32Array [-1, 0]
 */
export function findReusable(rule: ReuseRule, old: ReuseGraph, renewed: ReuseGraph): Int32Array {
  const find = rule === "python" ? reuseById : reuseByStructure;
  return find(indexed(old, rule), indexed(renewed, rule));
}

function indexed({ nodes, edges }: ReuseGraph, rule: ReuseRule): IndexedGraph {
  const isCalled = (target: number): boolean => rule === "typescript" && nodes[target]?.code != null;
  return {
    nodes,
    compact: compact(nodes.length, edges),
    incoming: new LabelledParents(nodes.length, edges, isCalled),
  };
}
