import type { StoredEdge } from "../model/change.ts";
import type { NodeType } from "../model/node.ts";
import type { SerializedPayload } from "../serialization/serialize.ts";
import type { Electron } from "./electron-type.ts";
import type { Lattice } from "./lattice-type.ts";
import type { ElectronOptions, ExecutorChoice } from "./options.ts";

/** What a lattice runs on: what it says itself, else what it inherits; `undefined` is the server's default. */
export interface LatticeExecutors {
  /** Of electrons that name none. */
  readonly executor: ExecutorChoice | undefined;
  /** Where it is traced, and the sublattices in it that name none. */
  readonly workflowExecutor: ExecutorChoice | undefined;
}

/** The graph of one run of a lattice. Ids are 0, 1, 2, ...; the last node is the lattice's return value. */
export interface TracedGraph {
  readonly executors: LatticeExecutors;
  readonly nodes: readonly TracedNode[];
  readonly edges: readonly StoredEdge[];
}

export interface TracedNode {
  readonly id: number;
  readonly name: string;
  readonly type: NodeType;
  /** What `function` nodes call; of `sublattice` nodes those that call it for each element of a list. */
  readonly electron?: Electron;
  /** The other `sublattice` nodes: what runs as a dispatch of its own. */
  readonly lattice?: Lattice;
  /** `parameter` nodes only. An object may have been changed since the call: {@link payload} has it as it was. */
  readonly value?: unknown;
  /** The value as it was at the call, for parameters that are objects; primitives need none. */
  readonly payload?: SerializedPayload;
  /** `attribute` (a field's name) and `subscripted` (an index) nodes only. */
  readonly key?: string | number;
  /** The electron's own options, with what its lattice says where it says nothing. */
  readonly options: ElectronOptions;
}
