import { type CompactGraph, childrenOf, compact } from "../graph/compact.ts";
import type { StoredDispatch, StoredEdge, StoredNode } from "../model/change.ts";
import { KEPT_LIMIT, type PayloadRef } from "../model/payload.ts";
import { Slab } from "../model/slab.ts";
import { isTerminal, nodeMayBecome, type Status } from "../model/status.ts";
import type { Assembly, Reference } from "../model/template.ts";
import { IncomingEdges } from "./incoming-edges.ts";
import { eachOf, NODES_PER_TURN, type Piecemeal } from "./piecemeal.ts";

/**
 * A dispatch that runs, in memory: its graph as flat arrays, a counter of unfinished parents for each node, and what the
 * finished nodes gave. Finishing a node costs O(its children). Nothing here is the truth: that is the database, and after a
 * crash this state is built from it again.
 */
export class DispatchState {
  readonly stored: Omit<StoredDispatch, "nodes" | "edges">;
  readonly nodes: readonly StoredNode[];
  readonly graph: CompactGraph;
  readonly #incoming: IncomingEdges;
  readonly #status: Status[];
  readonly #pendingParents: Int32Array;
  readonly #references: (Reference | undefined)[];
  readonly #assemblies = new Map<string, Assembly>();
  readonly #payloads = new Map<string, PayloadRef>();
  readonly #slab = new Slab();
  readonly failed: number[] = [];
  cancelled = 0;
  unfinished = 0;
  /** Nodes that are CANCELLED here, and whose change has yet to be given to the database. */
  untold = 0;
  /** Its end has been decided; it has ended when that is committed. */
  isOver = false;
  /** Why it is FAILED whatever its nodes say: its deadline has passed. */
  overdue: string | undefined;
  /** Why it is CANCELLED, where that was asked of the whole. */
  cancelReason: string | undefined;

  private constructor(stored: StoredDispatch, graph: CompactGraph, incoming: IncomingEdges) {
    const { nodes, edges: _, ...rest } = stored;
    this.stored = rest;
    this.nodes = nodes;
    this.graph = graph;
    this.#incoming = incoming;
    this.#status = nodes.map((node) => node.status);
    this.#pendingParents = Int32Array.from(this.graph.parentCounts);
    this.#references = new Array(nodes.length);
  }

  static *of(stored: StoredDispatch): Piecemeal<DispatchState> {
    const { nodes, edges } = stored;
    const isLarge = edges.length > NODES_PER_TURN;
    const graph = compact(nodes.length, edges);
    if (isLarge) yield;
    const incoming = new IncomingEdges(nodes.length, edges);
    if (isLarge) yield;
    const state = new DispatchState(stored, graph, incoming);
    yield* eachOf(nodes, (node) => state.#takeUp(node));
    return state;
  }

  /** Takes up what the database says of a node: only unfinished ones when the dispatch is new, any when it is recovered. */
  #takeUp(node: StoredNode): void {
    // As small as it can be: of a large graph it would be there twice.
    if (node.output !== null) this.#payloads.set(node.output.digest, node.output);
    if (!isTerminal(node.status)) this.unfinished++;
    else if (node.status === "COMPLETED")
      for (const child of this.children(node.nodeId)) this.#countDown(child);
    else if (node.status === "FAILED") this.failed.push(node.nodeId);
    else this.cancelled++;
  }

  node(id: number): StoredNode {
    const node = this.nodes[id];
    if (node === undefined) throw new RangeError(`dispatch ${this.stored.dispatchId} has no node ${id}`);
    return node;
  }

  status(id: number): Status {
    return this.#status[id] ?? "NEW_OBJECT";
  }

  /** The edges into a node, in the order of its arguments. */
  incoming(id: number): readonly StoredEdge[] {
    return this.#incoming.of(id);
  }

  children(id: number): Int32Array {
    return childrenOf(this.graph, id);
  }

  isReady(id: number): boolean {
    return this.#pendingParents[id] === 0 && this.status(id) === "NEW_OBJECT";
  }

  /** False when the transition is not allowed, e.g. because the node has ended; nothing has changed then. */
  become(id: number, status: Status): boolean {
    if (!nodeMayBecome(this.status(id), status)) return false;
    this.#status[id] = status;
    if (isTerminal(status)) this.unfinished--;
    if (status === "FAILED") this.failed.push(id);
    if (status === "CANCELLED") this.cancelled++;
    return true;
  }

  /** Cancels the children of a node, but for those that have ended, and adds them. Without a view of them: nodes may be very many. */
  cancelChildren(id: number, cancelled: number[]): void {
    const { childOffsets, children } = this.graph;
    const end = childOffsets[id + 1] ?? 0;
    for (let at = childOffsets[id] ?? end; at < end; at++) {
      const child = children[at];
      if (child !== undefined && this.become(child, "CANCELLED")) cancelled.push(child);
    }
  }

  /** Counts a completed parent for each of its children; those that are ready now. */
  release(id: number): number[] {
    const ready: number[] = [];
    for (const child of this.children(id)) {
      this.#countDown(child);
      if (this.isReady(child)) ready.push(child);
    }
    return ready;
  }

  #countDown(child: number): void {
    this.#pendingParents[child] = (this.#pendingParents[child] ?? 0) - 1;
  }

  /** Remembers a payload that nodes will refer to: what is needed to hand it on, in a copy that holds on to nothing larger. */
  keep({ digest, size, codec, inline }: PayloadRef): void {
    const small = inline !== undefined && inline.byteLength <= KEPT_LIMIT;
    this.#payloads.set(digest, {
      digest,
      size,
      codec,
      ...(small ? { inline: this.#slab.keep(inline) } : {}),
    });
  }

  payload(digest: string): PayloadRef | undefined {
    return this.#payloads.get(digest);
  }

  /** Remembers what the template with this digest is made of. */
  keepAssembly(digest: string, assembly: Assembly): void {
    this.#assemblies.set(digest, assembly);
  }

  assembly(digest: string): Assembly | undefined {
    return this.#assemblies.get(digest);
  }

  setReference(id: number, reference: Reference): void {
    this.#references[id] = reference;
  }

  reference(id: number): Reference | undefined {
    return this.#references[id];
  }
}
