import { Worker } from "node:worker_threads";
import type { ReuseEdge } from "../../graph/labelled-parents.ts";
import { findReusable, type ReuseRule } from "../../graph/reuse.ts";
import type { ReuseGraph, ReuseNode } from "../../graph/reuse-graph.ts";

/** A part of one of the two graphs. */
export interface ReuseSlice {
  readonly graph: "old" | "renewed";
  readonly nodes: readonly ReuseNode[];
  readonly edges: readonly ReuseEdge[];
}

/** What the thread is sent: parts of the graphs, then what is asked. */
export type MatchingMessage =
  | { readonly kind: "slice"; readonly slice: ReuseSlice }
  | { readonly kind: "find"; readonly rule: ReuseRule };

/** Nodes and edges that are compared on the event loop: a few milliseconds. More than that goes to a thread. */
const AT_ONCE = 2_000;

/** Finds what a new graph may take over from an old one. The graphs come in slices, in any order. */
export class ReuseMatching implements AsyncDisposable {
  #slices: ReuseSlice[] = [];
  #size = 0;
  #thread: Worker | undefined;

  put(slice: ReuseSlice): void {
    this.#size += slice.nodes.length + slice.edges.length;
    this.#slices.push(slice);
    if (this.#size <= AT_ONCE) return;
    this.#thread ??= startThread();
    // In slices: a graph that is handed over whole would hold up the event loop.
    for (const kept of this.#slices.splice(0)) this.#tell({ kind: "slice", slice: kept });
  }

  /** For each new node the old one whose result it can take over, or -1. */
  async find(rule: ReuseRule): Promise<Int32Array> {
    const thread = this.#thread;
    if (thread === undefined) {
      const { old, renewed } = joined(this.#slices);
      return findReusable(rule, old, renewed);
    }
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error("the thread that compares the graphs ended early"));
      thread.once("message", resolve).once("error", reject).once("exit", gone);
      this.#tell({ kind: "find", rule });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.terminate();
  }

  #tell(message: MatchingMessage): void {
    this.#thread?.postMessage(message);
  }
}

/** Both graphs, put together again. */
export function joined(slices: readonly ReuseSlice[]): Record<ReuseSlice["graph"], ReuseGraph> {
  const of = (graph: ReuseSlice["graph"]): ReuseGraph => {
    const parts = slices.filter((slice) => slice.graph === graph);
    return { nodes: parts.flatMap(({ nodes }) => nodes), edges: parts.flatMap(({ edges }) => edges) };
  };
  return { old: of("old"), renewed: of("renewed") };
}

function startThread(): Worker {
  const file = import.meta.url.endsWith(".ts") ? "./reuse-matching-main.ts" : "./reuse-matching-main.js";
  return new Worker(new URL(file, import.meta.url));
}
