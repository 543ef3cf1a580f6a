import { randomUUID } from "node:crypto";
import type { NodeState } from "../database/repositories/dispatch-repository.ts";
import { CovalentError } from "../model/errors.ts";
import type { ManifestLink, ManifestNode } from "../model/manifest.ts";
import { nodeTypeOfName } from "../model/node.ts";
import { type GraphColumns, readGraphColumns } from "./graph-columns.ts";
import { GraphDraft } from "./registration/graph-draft.ts";
import type { ManifestPart } from "./registration/manifest-lines.ts";
import { invalidManifest } from "./validation.ts";

/** A graph that somebody looks at before it runs. */
export interface Preview {
  readonly name: string;
  readonly graph: GraphColumns;
}

type Parts = AsyncGenerator<ManifestPart> | Generator<ManifestPart>;

const KEPT = 20;
/** Of all that are kept: some 100 MB. */
const KEPT_NODES = 200_000;

/**
 * Graphs of lattices that nobody has run. They are kept in memory, the latest ones, and never become dispatches: a server that is
 * restarted has forgotten them.
 */
export class Previews {
  readonly #kept = new Map<string, Preview>();

  /** @throws {CovalentError} `INVALID_MANIFEST`, `GRAPH_CYCLE`, as for a registration */
  async add(parts: Parts): Promise<string> {
    const preview = await previewOf(parts);
    const id = randomUUID();
    this.#kept.set(id, preview);
    let nodes = [...this.#kept.values()].reduce((sum, { graph }) => sum + graph.nodes.id.length, 0);
    for (const [oldest, { graph }] of this.#kept) {
      if (oldest === id || (this.#kept.size <= KEPT && nodes <= KEPT_NODES)) break;
      this.#kept.delete(oldest);
      nodes -= graph.nodes.id.length;
    }
    return id;
  }

  /** @throws {CovalentError} `PREVIEW_NOT_FOUND` */
  get(previewId: string): Preview {
    const found = this.#kept.get(previewId);
    if (found === undefined) throw new CovalentError("PREVIEW_NOT_FOUND", { previewId });
    return found;
  }
}

async function previewOf(parts: Parts): Promise<Preview> {
  const first = await parts.next();
  if (first.done || first.value.kind !== "header") throw invalidManifest("it has to begin with its header");
  const { header, nodeCount, linkCount } = first.value;
  if (nodeCount > KEPT_NODES) throw invalidManifest(`at most ${KEPT_NODES} nodes can be previewed`);
  const draft = new GraphDraft({ nodeCount, linkCount });
  const states: NodeState[] = [];
  const links: ManifestLink[] = [];
  for await (const part of parts) {
    if (part.kind === "header") throw invalidManifest("it has two headers");
    if (part.kind === "nodes") {
      draft.addNodes(part.nodes);
      states.push(...part.nodes.map(stateOf));
    } else if (part.kind === "links") {
      draft.addLinks(part.links);
      links.push(...part.links);
    } else {
      draft.check();
      const graph = await readGraphColumns(readerOf(states, links), "", 0);
      return { name: header.lattice.metadata.name, graph };
    }
  }
  throw invalidManifest("it was cut short: its end is missing");
}

function stateOf({ id, metadata }: ManifestNode): NodeState {
  const { name, type = nodeTypeOfName(name), executor, options } = metadata;
  const unbegun = { status: "NEW_OBJECT", start_time: null, end_time: null, reason: null } as const;
  const language = options?.language ?? null;
  return { id, name, type, executor, language, ...unbegun, sub_dispatch_id: null };
}

/** Ids are places. */
function readerOf(states: readonly NodeState[], links: readonly ManifestLink[]) {
  return {
    nodeStates: async (_: string, { after, limit }: { after: number; limit: number }) =>
      states.slice(after + 1, after + 1 + limit),
    links: async (_: string, { offset, limit }: { offset: number; limit: number }) =>
      links.slice(offset, offset + limit),
  };
}
