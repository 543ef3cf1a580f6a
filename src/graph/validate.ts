/**
 * The transport graph as a structure, apart from what its nodes mean: packing (compact.ts), validation (here), order (order.ts),
 * and growth while a lattice is traced (growing-graph.ts). Everything is flat arrays over the dense ids 0, 1, 2, ... and linear
 * in nodes and edges; nothing recurses, so the depth of a graph has no limit.
 */
import { CovalentError } from "../model/errors.ts";
import { type CompactGraph, compact, type Link } from "./compact.ts";
import type { NodeNamer } from "./cycle.ts";
import { topologicalOrder } from "./order.ts";

export interface GraphParts {
  readonly nodeCount: number;
  readonly links: Iterable<Link>;
  /** The nodes' ids as a client sent them, in any order, to be checked for gaps and repetitions. */
  readonly ids?: Iterable<number>;
  /** Used in messages about cycles. */
  readonly nameOf?: NodeNamer;
}

/**
 * Checks a graph and packs it: ids are exactly 0 to `nodeCount - 1`, every edge joins two of them, and there is no cycle.
 *
 * @throws {CovalentError} `INVALID_MANIFEST` for ids and edges, `GRAPH_CYCLE` for cycles (a node that is its own parent included).
 * @example
 * validateGraph({ nodeCount: 2, links: [{ source: 0, target: 1 }, { source: 1, target: 0 }], nameOf: (id) => "ab"[id] ?? "" });
 * // GRAPH_CYCLE: the graph has a cycle: a -> b -> a
 */
export function validateGraph({ nodeCount, links, ids, nameOf }: GraphParts): CompactGraph {
  if (ids !== undefined) requireDenseIds(nodeCount, ids);
  const graph = compact(nodeCount, links);
  topologicalOrder(graph, nameOf);
  return graph;
}

function requireDenseIds(nodeCount: number, ids: Iterable<number>): void {
  const seen = new Uint8Array(nodeCount);
  let count = 0;
  for (const id of ids) {
    if (!Number.isInteger(id) || id < 0 || id >= nodeCount) {
      throw invalid(`node id ${id} is not one of 0 to ${nodeCount - 1}; ids must have no gaps`);
    }
    if (seen[id] === 1) throw invalid(`node id ${id} occurs twice`);
    seen[id] = 1;
    count++;
  }
  if (count < nodeCount) throw invalid(`node id ${seen.indexOf(0)} is missing`);
}

function invalid(reason: string): CovalentError {
  return new CovalentError("INVALID_MANIFEST", { reason });
}
