import type { DispatchRepository, Registration } from "../../database/repositories/dispatch-repository.ts";
import type { RegisteredGraph } from "../../model/change.ts";
import { isDispatchId, newDispatchId } from "../../model/ids.ts";
import type { ManifestHeader, ManifestNode } from "../../model/manifest.ts";
import { invalidManifest } from "../validation.ts";
import { GraphDraft } from "./graph-draft.ts";
import { KeyedRequest, registeredWith } from "./idempotency.ts";
import type { ManifestPart } from "./manifest-lines.ts";
import { withPythonOptions } from "./python-options.ts";
import { AssetReferences } from "./referenced-assets.ts";

type HeaderPart = Extract<ManifestPart, { kind: "header" }>;

/** Row ids are reserved by what a manifest announces: no client may use them up. */
const MAX_NODES = 5_000_000;
const MAX_LINKS = 50_000_000;

export interface RegisteredDispatch {
  readonly dispatchId: string;
  readonly rootDispatchId: string;
  /** The digests it refers to without bringing the bytes; `null` for one that was registered before, with the same key. */
  readonly referenced: readonly string[] | null;
  /** What was registered, as long as nobody has changed it; not of large dispatches. */
  readonly graph?: RegisteredGraph | undefined;
}

/** What a dispatch is registered as, where the server knows it better than who made its manifest. */
export interface RegisterAs {
  readonly dispatchId: string;
  readonly rootDispatchId: string;
  readonly parentNode?: number;
  /** The dispatch that it repeats. */
  readonly redispatchOf?: string;
  /** The header with what the dispatch inherits. */
  readonly inherit: (header: ManifestHeader) => ManifestHeader;
  /** Called when all of it is there and valid, and before anybody sees it. */
  readonly complete?: (registration: Registration) => Promise<void>;
}

/**
 * Writes a manifest to the database, part by part as it arrives: memory does not grow with its size. Nobody sees the dispatch
 * before all of it is there and found valid; when anything is wrong, or the client goes away, nothing of it remains.
 *
 * @throws {CovalentError} `INVALID_MANIFEST`, `GRAPH_CYCLE`, `ASSET_CORRUPT`, `IDEMPOTENCY_KEY_REUSED`
 */
export async function register(
  parts: AsyncGenerator<ManifestPart> | Generator<ManifestPart>,
  dispatches: DispatchRepository,
  as?: RegisterAs,
): Promise<RegisteredDispatch> {
  const first = await parts.next();
  if (first.done || first.value.kind !== "header") throw invalidManifest("it has to begin with its header");
  const { header } = first.value;
  const key = header.metadata.idempotency_key;
  const keyed = key ? new KeyedRequest(key, header, as?.redispatchOf ?? null) : undefined;
  const earlier = await registeredWith(key, dispatches);
  if (earlier !== undefined) {
    for await (const part of parts) keyed?.add(part);
    await keyed?.assertSame(earlier, dispatches);
    return { ...earlier, referenced: null };
  }
  const opened = await begin(first.value, dispatches, as);
  try {
    await receive(parts, opened, header.lattice.metadata.language, keyed);
    if (as?.complete !== undefined) {
      await opened.registration.written();
      await as.complete(opened.registration);
    }
    if (!(await opened.registration.finish())) {
      // Two came with one key at the same time: the other one was faster.
      const winner = await registeredWith(key, dispatches);
      if (winner === undefined) throw new Error(`dispatch ${opened.dispatchId} is gone`);
      await keyed?.assertSame(winner, dispatches);
      await opened.registration.abort();
      return { ...winner, referenced: null };
    }
  } catch (error) {
    await opened.registration.abort();
    throw error;
  }
  const { dispatchId, rootDispatchId, references, registration } = opened;
  return { dispatchId, rootDispatchId, referenced: references.all(), graph: registration.graph };
}

/** What a client claims of a run that has not begun counts for nothing. */
const UNBEGUN = { status: "NEW_OBJECT", start_time: null, end_time: null, reason: null } as const;

function asNew(header: ManifestHeader): ManifestHeader {
  const root = header.metadata.root_dispatch_id;
  if (root && !isDispatchId(root))
    throw invalidManifest(`the root dispatch ${JSON.stringify(root)} is no dispatch id`);
  return { ...header, metadata: { ...header.metadata, ...UNBEGUN, redispatch_of: null } };
}

type Language = ManifestHeader["lattice"]["metadata"]["language"];

function asNewNode(given: ManifestNode, language: Language): ManifestNode {
  const node = language === "python" ? withPythonOptions(given) : given;
  const { status, start_time, end_time, reason } = node.metadata;
  if (status === "NEW_OBJECT" && start_time == null && end_time == null && reason == null) return node;
  return { ...node, metadata: { ...node.metadata, ...UNBEGUN } };
}

interface Opened {
  readonly dispatchId: string;
  readonly rootDispatchId: string;
  readonly registration: Registration;
  readonly graph: GraphDraft;
  readonly references: AssetReferences;
}

async function begin(part: HeaderPart, dispatches: DispatchRepository, as?: RegisterAs): Promise<Opened> {
  const own = asNew(part.header);
  const header = as?.inherit(own) ?? own;
  const { nodeCount, linkCount } = part;
  if (nodeCount > MAX_NODES || linkCount > MAX_LINKS) {
    throw invalidManifest(`at most ${MAX_NODES} nodes and ${MAX_LINKS} links can be dispatched at once`);
  }
  const dispatchId = as?.dispatchId ?? newDispatchId();
  const rootDispatchId = as?.rootDispatchId ?? (header.metadata.root_dispatch_id || dispatchId);
  const references = new AssetReferences();
  references.addHeader(header);
  const registration = await dispatches.beginRegistration({
    header,
    dispatchId,
    rootDispatchId,
    ...(as?.parentNode === undefined ? {} : { parentNode: as.parentNode }),
    nodeCount,
    linkCount,
  });
  return { dispatchId, rootDispatchId, registration, graph: new GraphDraft(part), references };
}

async function receive(
  parts: AsyncIterable<ManifestPart> | Iterable<ManifestPart>,
  opened: Opened,
  language: Language,
  keyed: KeyedRequest | undefined,
): Promise<void> {
  const { registration, graph, references } = opened;
  for await (const part of parts) {
    keyed?.add(part);
    switch (part.kind) {
      case "header":
        throw invalidManifest("it has two headers");
      case "nodes": {
        graph.addNodes(part.nodes);
        references.addNodes(part.nodes);
        await registration.nodes(part.nodes.map((node) => asNewNode(node, language)));
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
