import type { StoredEdge } from "../model/change.ts";
import type { NodeType } from "../model/node.ts";
import type { SerializedPayload } from "../serialization/serialize.ts";
import type { Electron } from "./electron-type.ts";
import type { ElectronOptions } from "./options.ts";

/** The graph of one run of a lattice. Ids are 0, 1, 2, ...; the last node is the lattice's return value. */
export interface TracedGraph {
  readonly nodes: readonly TracedNode[];
  readonly edges: readonly StoredEdge[];
}

export interface TracedNode {
  readonly id: number;
  readonly name: string;
  readonly type: NodeType;
  /** `function` nodes only. */
  readonly electron?: Electron;
  /** `parameter` nodes only. An object may have been changed since the call: {@link payload} has it as it was. */
  readonly value?: unknown;
  /** The value as it was at the call, for parameters that are objects; primitives need none. */
  readonly payload?: SerializedPayload;
  /** `attribute` (a field's name) and `subscripted` (an index) nodes only. */
  readonly key?: string | number;
  /** The electron's own options, with what its lattice says where it says nothing. */
  readonly options: ElectronOptions;
}
