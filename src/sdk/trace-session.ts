import { describeCycle } from "../graph/cycle.ts";
import { GrowingGraph } from "../graph/growing-graph.ts";
import type { StoredEdge } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import { WAIT_EDGE } from "../model/node.ts";
import type { Electron } from "./electron-type.ts";
import type { HandleHome } from "./handle.ts";
import type { ElectronOptions, ExecutorChoice, LatticeOptions } from "./options.ts";
import type { LatticeExecutors, TracedGraph, TracedNode } from "./traced-graph.ts";

/** A node before it has an id. */
export type NewNode = Omit<TracedNode, "id" | "options">;

/** One run of a lattice function: the graph as it grows. It closes when the function has returned. */
export class TraceSession implements HandleHome {
  readonly lattice: string;
  readonly executors: LatticeExecutors;
  readonly #options: ElectronOptions;
  readonly #resolved = new Map<Electron, ElectronOptions>();
  readonly #nodes: TracedNode[] = [];
  readonly #edges: StoredEdge[] = [];
  readonly #graph = new GrowingGraph();
  #open = true;

  /** @param inherited what the lattice that this one is a node of runs on */
  constructor(lattice: string, options: LatticeOptions, inherited?: LatticeExecutors) {
    this.lattice = lattice;
    this.executors = {
      executor: options.executor ?? inherited?.executor,
      workflowExecutor: options.workflowExecutor ?? options.executor ?? inherited?.workflowExecutor,
    };
    this.#options = withExecutor(this.executors.executor);
  }

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
  }

  /** The graph, which grows no more once the session is closed. */
  graph(): TracedGraph {
    return { executors: this.executors, nodes: this.#nodes, edges: this.#edges };
  }

  /** Adds a node and returns its id. */
  addNode(node: NewNode): number {
    const id = this.#graph.addNode();
    const options = node.electron === undefined ? this.#options : this.#optionsOf(node.electron);
    this.#nodes.push({ id, ...node, options });
    return id;
  }

  /** Adds the edge by which `target` takes its argument number `index`. */
  addArgument(source: number, target: number, name: string, index: number): void {
    this.#addEdge({ source, target, name, parameter: "arg", index });
  }

  /** Adds the edge by which a dict node takes the value of one of its keys. */
  addEntry(source: number, target: number, key: string): void {
    this.#addEdge({ source, target, name: key, parameter: "kwarg", index: null });
  }

  /** Adds a node that runs as a dispatch of its own; it is traced where the lattice, or else this one, has its own code run. */
  addSublattice(node: NewNode, own: ElectronOptions = {}): number {
    const id = this.#graph.addNode();
    const { workflowExecutor, executor } = node.lattice?.options ?? {};
    const inherited = withExecutor(workflowExecutor ?? executor ?? this.executors.workflowExecutor);
    this.#nodes.push({ id, ...node, options: Object.freeze({ ...inherited, ...own }) });
    return id;
  }

  addPart(parent: number, key: string | number, name: string): number {
    const id = this.addNode({ type: typeof key === "number" ? "subscripted" : "attribute", key, name });
    this.addArgument(parent, id, "arg[0]", 0);
    return id;
  }

  /**
   * Makes a node wait for another.
   *
   * @throws {CovalentError} `GRAPH_CYCLE` when that one waits for the first
   */
  addWait(parent: number, child: number, where: () => string): void {
    const cycle = this.#graph.cycleClosedBy(parent, child);
    if (cycle !== undefined) {
      const names = describeCycle(cycle, (id) => this.#nodes[id]?.name ?? String(id));
      throw new CovalentError("GRAPH_CYCLE", { cycle: `${names}, closed by wait()${where()}` });
    }
    this.#addEdge({ source: parent, target: child, name: WAIT_EDGE, parameter: null, index: null });
  }

  #addEdge(edge: StoredEdge): void {
    this.#graph.addEdge(edge.source, edge.target);
    this.#edges.push(edge);
  }

  #optionsOf(electron: Electron): ElectronOptions {
    const known = this.#resolved.get(electron);
    if (known !== undefined) return known;
    const options = Object.freeze({ ...this.#options, ...electron.options });
    this.#resolved.set(electron, options);
    return options;
  }
}

function withExecutor(executor: ExecutorChoice | undefined): ElectronOptions {
  return Object.freeze(executor === undefined ? {} : { executor });
}
