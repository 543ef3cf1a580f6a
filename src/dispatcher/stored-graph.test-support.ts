import type { StoredDispatch, StoredEdge, StoredNode } from "../model/change.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { Piecemeal } from "./piecemeal.ts";

/** A dispatch as it would be loaded, from a short description: node id -> type, and edges as [source, target]. */
export function storedGraph(
  types: readonly StoredNode["type"][],
  edges: readonly (readonly [source: number, target: number] | StoredEdge)[],
): StoredDispatch {
  return {
    row: 1,
    dispatchId: "d",
    rootDispatchId: "d",
    name: "graph",
    status: "STARTING",
    language: "typescript",
    bundle: "b".repeat(64),
    workdir: null,
    projectRoot: null,
    executor: { name: "local", data: {} },
    workflowExecutor: { name: "local", data: {} },
    parent: null,
    startedAt: null,
    deadlineMs: null,
    priority: 0,
    tags: [],
    paused: false,
    cancelRequested: false,
    nodes: types.map((type, nodeId) => storedNode(nodeId, type)),
    edges: edges.map((edge, index) => ("source" in edge ? edge : valueEdge(edge[0], edge[1], index))),
  };
}

export function valueEdge(source: number, target: number, index: number, name = `arg[${index}]`): StoredEdge {
  return { source, target, name, parameter: "arg", index };
}

export function waitEdge(source: number, target: number): StoredEdge {
  return { source, target, name: "!waiting_edge", parameter: null, index: null };
}

export function payload(content: string): PayloadRef {
  const inline = new TextEncoder().encode(content);
  return { digest: `digest of ${content}`, size: inline.byteLength, codec: "value", inline };
}

function storedNode(nodeId: number, type: StoredNode["type"]): StoredNode {
  return {
    row: 100 + nodeId,
    nodeId,
    name: `${type}-${nodeId}`,
    type,
    status: "NEW_OBJECT",
    executor: "local",
    executorData: {},
    electron: type === "function" ? "m.ts#f" : null,
    bundle: null,
    pickled: null,
    options: {},
    key: type === "attribute" || type === "subscripted" ? "field" : null,
    output: type === "parameter" ? payload(`parameter ${nodeId}`) : null,
    attempts: 0,
    lost: 0,
    lastAttempt: 0,
    open: null,
    retry: null,
    cancelRequested: false,
    codeDigest: null,
    subDispatchId: null,
  };
}

/** All of it in one turn. */
export function atOnce<Result>(work: Piecemeal<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
