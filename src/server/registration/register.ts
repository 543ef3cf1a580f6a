import type { DispatchRepository, Registration } from "../../database/repositories/dispatch-repository.ts";
import { newDispatchId } from "../../model/ids.ts";
import { invalidManifest } from "../validation.ts";
import { verifiedAssets, verifiedNode } from "./content-digest.ts";
import { GraphDraft } from "./graph-draft.ts";
import type { ManifestPart } from "./manifest-lines.ts";
import { ReferencedDigests } from "./referenced-digests.ts";

type HeaderPart = Extract<ManifestPart, { kind: "header" }>;

export interface RegisteredDispatch {
  readonly dispatchId: string;
  readonly rootDispatchId: string;
  /** Digests of the payloads that the manifest refers to and did not bring along. */
  readonly referenced: readonly string[];
}

/**
 * Writes a manifest to the database, part by part as it arrives: memory does not grow with its size. Nobody sees the dispatch
 * before all of it is there and found valid; when anything is wrong, or the client goes away, nothing of it remains.
 *
 * @throws {CovalentError} `INVALID_MANIFEST`, `GRAPH_CYCLE`, `ASSET_CORRUPT`
 */
export async function register(
  parts: AsyncGenerator<ManifestPart> | Generator<ManifestPart>,
  dispatches: DispatchRepository,
): Promise<RegisteredDispatch> {
  const first = await parts.next();
  if (first.done || first.value.kind !== "header") throw invalidManifest("it has to begin with its header");
  const opened = await begin(first.value, dispatches);
  try {
    await receive(parts, opened);
    await opened.registration.finish();
  } catch (error) {
    await opened.registration.abort();
    throw error;
  }
  const { dispatchId, rootDispatchId, digests } = opened;
  return { dispatchId, rootDispatchId, referenced: digests.list() };
}

interface Opened {
  readonly dispatchId: string;
  readonly rootDispatchId: string;
  readonly registration: Registration;
  readonly graph: GraphDraft;
  readonly digests: ReferencedDigests;
}

async function begin(part: HeaderPart, dispatches: DispatchRepository): Promise<Opened> {
  const { lattice } = part.header;
  const header = {
    ...part.header,
    assets: verifiedAssets(part.header.assets, "the dispatch"),
    lattice: { ...lattice, assets: verifiedAssets(lattice.assets, "the lattice") },
  };
  const { nodeCount, linkCount } = part;
  const dispatchId = newDispatchId();
  const rootDispatchId = header.metadata.root_dispatch_id || dispatchId;
  const digests = new ReferencedDigests();
  digests.addHeader(header);
  const registration = await dispatches.beginRegistration({
    header,
    dispatchId,
    rootDispatchId,
    nodeCount,
    linkCount,
  });
  return { dispatchId, rootDispatchId, registration, graph: new GraphDraft(part), digests };
}

async function receive(
  parts: AsyncIterable<ManifestPart> | Iterable<ManifestPart>,
  opened: Opened,
): Promise<void> {
  const { registration, graph, digests } = opened;
  for await (const part of parts) {
    switch (part.kind) {
      case "header":
        throw invalidManifest("it has two headers");
      case "nodes": {
        graph.addNodes(part.nodes);
        const nodes = part.nodes.map(verifiedNode);
        digests.addNodes(nodes);
        await registration.nodes(nodes);
        break;
      }
      case "links":
        graph.addLinks(part.links);
        await registration.links(part.links);
        break;
      case "end":
        graph.check();
        return;
    }
  }
  throw invalidManifest("it was cut short: its end is missing");
}
