/**
 * Registering a dispatch that repeats an earlier one: the same graph, copied inside the database, or a new one that is compared with
 * it. The earlier dispatch stays as it is; the new one has an id of its own and names it.
 */
import type { DispatchRepository, Registration } from "../../database/repositories/dispatch-repository.ts";
import { CovalentError } from "../../model/errors.ts";
import { newDispatchId } from "../../model/ids.ts";
import type { ManifestHeader, ManifestNode } from "../../model/manifest.ts";
import { nodeTypeOfName } from "../../model/node.ts";
import { isTerminal } from "../../model/status.ts";
import { invalidManifest } from "../validation.ts";
import { comparableSlices } from "./comparable-slices.ts";
import { assertSameRepetition, registeredWith } from "./idempotency.ts";
import type { ManifestPart } from "./manifest-lines.ts";
import { type RegisteredDispatch, register } from "./register.ts";
import { ReuseMatching } from "./reuse-matching.ts";

export interface RedispatchRequest {
  /** The earlier dispatch. */
  readonly of: string;
  /** What has completed there and would be the same here is taken over. */
  readonly reuse: boolean;
  /** With `reuse`: this node runs again, and all that builds on it, though they have completed. Only of the same graph. */
  readonly fromNode?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  /** The earlier one's when absent. */
  readonly priority?: number | undefined;
  readonly deadlineMs?: number | undefined;
}

export interface Redispatched extends RegisteredDispatch {
  /** How many nodes take over their result. */
  readonly reused: number;
  /** Ids of the nodes that have what they are made of from the earlier dispatch. */
  readonly known: ReadonlySet<number>;
  /** The same of the dispatch's own assets. */
  readonly knownKeys: ReadonlySet<string>;
}

const NOTHING = { reused: 0, known: new Set<number>(), knownKeys: new Set<string>() } as const;

/**
 * The same graph with the same inputs.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_OF_ORIGINAL`, `DISPATCH_NOT_ENDED`, `NODE_NOT_FOUND`,
 *   `IDEMPOTENCY_KEY_REUSED`
 */
export async function repeat(
  request: RedispatchRequest,
  dispatches: DispatchRepository,
): Promise<Redispatched> {
  const { of, reuse, fromNode, idempotencyKey, priority, deadlineMs } = request;
  const earlier = await registeredWith(idempotencyKey, dispatches);
  if (idempotencyKey !== undefined && earlier !== undefined) {
    await assertSameRepetition(idempotencyKey, of, earlier, dispatches);
    return { ...earlier, ...NOTHING, referenced: null };
  }
  const source = await sourceOf(request, dispatches);
  if (source.language === null)
    throw new CovalentError("DISPATCH_OF_ORIGINAL", { dispatchId: of, status: source.status });
  if (fromNode !== undefined && fromNode >= source.electron_num)
    throw new CovalentError("NODE_NOT_FOUND", { dispatchId: of, nodeId: fromNode });
  const dispatchId = newDispatchId();
  const repeated = await dispatches.repeat({
    of,
    dispatchId,
    reuse,
    ...(fromNode === undefined ? {} : { fromNode }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(priority === undefined ? {} : { priority }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  if (repeated === undefined) return repeat(request, dispatches);
  // What one that never began lacks, this one lacks, too.
  const referenced = source.started_at === null ? null : [];
  return { ...NOTHING, dispatchId, rootDispatchId: dispatchId, referenced, reused: repeated.reused };
}

/**
 * A graph of its own, from a manifest. Nodes that it calls PENDING_REPLACEMENT take over nothing.
 *
 * @throws {CovalentError} as {@link register}; `DISPATCH_NOT_FOUND`, `DISPATCH_NOT_ENDED`
 */
export async function registerAgain(
  parts: AsyncGenerator<ManifestPart> | Generator<ManifestPart>,
  request: RedispatchRequest,
  dispatches: DispatchRepository,
): Promise<Redispatched> {
  const source = await sourceOf(request, dispatches);
  const replaced = new Set<number>();
  let found: Found = NOTHING;
  let given: ManifestHeader | undefined;
  const noted = notedParts(parts, {
    header: (header) => {
      given = header;
      const { language } = header.lattice.metadata;
      if (source.language !== null && source.language !== language)
        throw invalidManifest(`dispatch ${request.of} is written in ${source.language}, not ${language}`);
    },
    replaced: (id) => replaced.add(id),
  });
  const dispatchId = newDispatchId();
  const registered = await register(noted, dispatches, {
    dispatchId,
    // It is nobody's sublattice, whatever the earlier one was.
    rootDispatchId: dispatchId,
    redispatchOf: request.of,
    inherit: (header) => ({ ...header, metadata: { ...header.metadata, redispatch_of: request.of } }),
    complete: async (registration) => {
      // Nothing can be had from one that has not begun, and of the original's nothing is known to be the same.
      if (given === undefined || source.started_at === null || source.language === null) return;
      const graphs = { old: request.of, renewed: dispatchId, replaced, header: given };
      found = await takeOver(registration, graphs, request.reuse, dispatches);
    },
  });
  return { ...registered, ...found };
}

async function sourceOf({ of, reuse }: RedispatchRequest, dispatches: DispatchRepository) {
  const source = await dispatches.summary(of);
  if (source === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId: of });
  const { status, interrupted } = source;
  if (reuse && !isTerminal(status) && !interrupted)
    throw new CovalentError("DISPATCH_NOT_ENDED", { dispatchId: of, status });
  return source;
}

interface Notes {
  header(header: ManifestHeader): void;
  replaced(id: number): void;
}

/** What a client says of an earlier run's results is not taken from it. */
async function* notedParts(
  parts: AsyncIterable<ManifestPart> | Iterable<ManifestPart>,
  notes: Notes,
): AsyncGenerator<ManifestPart> {
  for await (const part of parts) {
    if (part.kind === "header") notes.header(part.header);
    if (part.kind === "header") yield { ...part, header: { ...part.header, assets: {} } };
    else if (part.kind === "nodes") {
      for (const { id, metadata } of part.nodes)
        if (metadata.status === "PENDING_REPLACEMENT") notes.replaced(id);
      yield { ...part, nodes: part.nodes.map(withoutRun) };
    } else yield part;
  }
}

const MADE_BY_RUNS: ReadonlySet<string> = new Set(["output", "error", "stdout", "stderr"]);

function withoutRun(node: ManifestNode): ManifestNode {
  // A parameter's output is its value: no run makes it.
  if (nodeTypeOfName(node.metadata.name) === "parameter") return node;
  const assets = Object.entries(node.assets).filter(([key]) => !MADE_BY_RUNS.has(key));
  return { ...node, assets: Object.fromEntries(assets) };
}

interface Graphs {
  readonly old: string;
  readonly renewed: string;
  readonly replaced: ReadonlySet<number>;
  /** The new one's. */
  readonly header: ManifestHeader;
}

type Found = Pick<Redispatched, "reused" | "known" | "knownKeys">;

async function takeOver(
  registration: Registration,
  graphs: Graphs,
  reuse: boolean,
  dispatches: DispatchRepository,
): Promise<Found> {
  const isPython = graphs.header.lattice.metadata.language === "python";
  // Our own clients upload what is missing by its digest: there is nothing else to be had.
  if (!reuse && !isPython) return NOTHING;
  const pairs = await pairsOf(graphs, isPython, dispatches);
  const given = { from: graphs.old, pairs, results: reuse, makings: isPython };
  const { reused } = await registration.takeOver(given);
  if (!isPython) return { ...NOTHING, reused };
  const knownKeys = await equalAssets(graphs, dispatches);
  return { reused, known: new Set(pairs.map(([node]) => node)), knownKeys };
}

/** The keys of what both dispatches have with one digest. */
async function equalAssets({ old, header }: Graphs, dispatches: DispatchRepository): Promise<Set<string>> {
  const before = (await dispatches.header(old))?.lattice.assets ?? {};
  const keys = Object.entries(header.lattice.assets).filter(
    ([key, asset]) => asset?.digest != null && asset.digest === before[key]?.digest,
  );
  return new Set(keys.map(([key]) => key));
}

async function pairsOf(
  { old, renewed, replaced }: Graphs,
  isPython: boolean,
  dispatches: DispatchRepository,
) {
  await using matching = new ReuseMatching();
  for await (const slice of comparableSlices(old, dispatches)) {
    // By the original's rule the code of a node that failed is known as well.
    const nodes = isPython ? slice.nodes.map((node) => ({ ...node, completed: true })) : slice.nodes;
    matching.put({ graph: "old", nodes, edges: slice.edges });
  }
  let id = 0;
  for await (const { nodes, edges } of comparableSlices(renewed, dispatches)) {
    const marked = nodes.map((node) => ({ ...node, replaced: replaced.has(id++) }));
    matching.put({ graph: "renewed", nodes: marked, edges });
  }
  const found = await matching.find(isPython ? "python" : "typescript");
  return Array.from(found, (from, node) => [node, from] as const).filter(([, from]) => from !== -1);
}
