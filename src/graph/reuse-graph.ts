import type { NodeType } from "../model/node.ts";
import type { CompactGraph } from "./compact.ts";
import type { LabelledParents, ReuseEdge } from "./labelled-parents.ts";

/** A node of either graph. Its id is its place in the list. */
export interface ReuseNode {
  readonly name: string;
  readonly type: NodeType;
  /** The digest of its code; `null` for what has none, or none that is known. */
  readonly code: string | null;
  /** The digest of a parameter's value; `null` for every other node. */
  readonly value: string | null;
  /** The field or index that a structural node takes from its parent's value. */
  readonly key: string | number | null;
  /** Those of its options that can change its result, as a text that is the same for the same options. */
  readonly options: string | null;
  /** Of the old run: there is a result to take over. */
  readonly completed?: boolean;
  /** Of the new run: it is to run with other code, whatever it looks like (PENDING_REPLACEMENT). */
  readonly replaced?: boolean;
}

export interface ReuseGraph {
  readonly nodes: readonly ReuseNode[];
  readonly edges: readonly ReuseEdge[];
}

/** A graph with what both rules ask of it. */
export interface IndexedGraph {
  readonly nodes: readonly ReuseNode[];
  readonly compact: CompactGraph;
  readonly incoming: LabelledParents;
}
