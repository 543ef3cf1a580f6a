import type { RegisteredGraph, StoredEdge, StoredNode } from "../../model/change.ts";
import type { ManifestLink } from "../../model/manifest.ts";
import { KEPT_LIMIT } from "../../model/payload.ts";
import type { AssetRow, ElectronRow } from "../tables.ts";
import type { RegistrationStart } from "./dispatch-repository.ts";
import { toParameter } from "./edges.ts";
import { repeated } from "./repeated.ts";
import { type OutputColumns, storedNodes } from "./stored-node.ts";

/** Nodes and links of a graph that is kept while it is registered; a larger one is read again, in slices. */
const MOST = 10_000;

const NO_OUTPUT: OutputColumns = { content_digest: null, size: null, codec: null, content: null };

/**
 * The graph of a dispatch as it goes into the database, for whoever starts it at once: exactly what would be read from there. Reading
 * it again takes as long as storing it.
 */
export class GraphBeingRegistered {
  readonly #firstJob: number;
  readonly #toNode = storedNodes();
  readonly #nameOf = repeated((text: string) => text);
  #nodes: StoredNode[] = [];
  #edges: StoredEdge[] = [];
  #isKept: boolean;

  constructor({ header, nodeCount, linkCount }: RegistrationStart, firstJob: number) {
    this.#firstJob = firstJob;
    // What the Python SDK has pickled is uploaded later.
    this.#isKept = header.lattice.metadata.language === "typescript" && nodeCount + linkCount <= MOST;
  }

  addNode(row: ElectronRow, output: AssetRow | undefined): void {
    if (!this.#isKept) return;
    this.#nodes.push(this.#toNode({ ...row, cancel_requested: 0, ...outputColumns(output) }));
  }

  addLink({ source, target, metadata }: ManifestLink): void {
    if (!this.#isKept) return;
    this.#edges.push({
      source,
      target,
      name: this.#nameOf(metadata.edge_name),
      parameter: toParameter(metadata.param_type ?? null),
      index: metadata.arg_index ?? null,
    });
  }

  /** The nodes are being changed in the database: only that is the truth. */
  forget(): void {
    this.#isKept = false;
    this.#nodes = [];
    this.#edges = [];
  }

  /** `undefined` where it was not kept. */
  get graph(): RegisteredGraph | undefined {
    if (!this.#isKept) return undefined;
    return { nodes: this.#nodes, edges: this.#edges, firstJob: this.#firstJob };
  }
}

function outputColumns(output: AssetRow | undefined): OutputColumns {
  if (output === undefined) return NO_OUTPUT;
  const { content_digest, size, codec, content } = output;
  return { content_digest, size, codec, content: (size ?? 0) <= KEPT_LIMIT ? content : null };
}
