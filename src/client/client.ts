import { ASSET_FRAMES_TYPE, encodeAssetFrameHead } from "../model/asset-frame.ts";
import type { StatusEvent } from "../model/event.ts";
import type { ManifestHeader, ManifestLine, Registered } from "../model/manifest.ts";
import { manifestText } from "../model/manifest-text.ts";
import type {
  AttemptAnswer,
  LinkPage,
  ListAnswer,
  ListQuery,
  NamedAsset,
  NodePage,
  ServerAnswer,
  SummaryAnswer,
} from "./answers.ts";
import { type ArchiveClient, archiveClient } from "./archives.ts";
import { type CacheClient, cacheClient } from "./cache.ts";
import { type EventsOptions, type Reset, watchEvents } from "./events.ts";
import { type PrintedClient, printedClient } from "./printed.ts";
import { readAssets } from "./read-assets.ts";
import { createTransport, type Transport } from "./transport.ts";
import { type TrashClient, trashClient } from "./trash.ts";
import { type TriggerClient, triggerClient } from "./triggers.ts";

/**
 * The typed client of the server's HTTP interface. It knows the routes and their shapes and nothing of what they mean; every
 * method rejects with the server's own CovalentError, or with `SERVER_UNREACHABLE`.
 */
export interface Client {
  readonly url: string;
  /** Streams a manifest; answers with the ids and the digests to upload before the start. With `start` it has started where there are none. */
  register(
    lines: AsyncIterable<ManifestLine> | Iterable<ManifestLine>,
    options?: { readonly start?: boolean },
  ): Promise<Registered>;
  /** Shows the graph of a manifest in the web UI, under `/previews/<id>`; nothing is registered. */
  preview(
    lines: AsyncIterable<ManifestLine> | Iterable<ManifestLine>,
  ): Promise<{ readonly preview_id: string }>;
  /** Registers a dispatch that repeats an earlier one: the same, or, with lines, the one that they describe. */
  redispatch(of: string, request: RedispatchRequest): Promise<Registered>;
  /** Stores any number of assets in one request. */
  upload(assets: AsyncIterable<OutgoingAsset> | Iterable<OutgoingAsset>): Promise<void>;
  /** Starts a registered dispatch; a started one is left as it is. @throws {CovalentError} `ASSETS_MISSING` */
  start(dispatchId: string): Promise<void>;
  /** Cancels a dispatch, or only these nodes of it. */
  cancel(dispatchId: string, nodeIds?: readonly number[]): Promise<void>;
  /** Pauses a dispatch or lets it go on. @throws {CovalentError} `DISPATCH_ENDED` */
  setPaused(dispatchId: string, paused: boolean): Promise<void>;
  list(query?: ListQuery): Promise<ListAnswer>;
  /** With `waitMs`, at most a minute, the answer waits for the dispatch's end. */
  summary(dispatchId: string, wait?: SummaryWait): Promise<SummaryAnswer>;
  header(dispatchId: string): Promise<ManifestHeader>;
  nodes(dispatchId: string, page?: { readonly after?: number; readonly limit?: number }): Promise<NodePage>;
  links(dispatchId: string, page?: { readonly offset?: number; readonly limit?: number }): Promise<LinkPage>;
  attempts(dispatchId: string, nodeId: number): Promise<readonly AttemptAnswer[]>;
  /** The bytes of a digest. */
  asset(digest: string): Promise<Uint8Array>;
  /** The bytes of many digests, in their order. */
  assets(digests: readonly string[]): Promise<readonly Uint8Array[]>;
  /** `undefined` when there are no bytes under that key. */
  nodeAsset(dispatchId: string, nodeId: number, key: string): Promise<NamedAsset | undefined>;
  dispatchAsset(dispatchId: string, key: string): Promise<NamedAsset | undefined>;
  /** Cached results. */
  readonly cache: CacheClient;
  /** What starts dispatches whenever something happens. */
  readonly triggers: TriggerClient;
  /** What nodes print. */
  readonly printed: PrintedClient;
  /** Dispatches as files. */
  readonly archives: ArchiveClient;
  /** Deleting dispatches, and removing them for good. */
  readonly trash: TrashClient;
  /** See {@link watchEvents}. */
  events(options?: EventsOptions): AsyncGenerator<StatusEvent | Reset>;
  /** What the server is and how its executors do. */
  server(options?: { readonly signal?: AbortSignal }): Promise<ServerAnswer>;
  /** Resolves when the server can take work. */
  health(): Promise<void>;
}

/** How a dispatch is run again. */
export interface RedispatchRequest {
  /** Take over what has completed and would be the same. */
  readonly reuse: boolean;
  /** The manifest of a dispatch that is not the same; it says the other things itself. */
  readonly lines?: AsyncIterable<ManifestLine> | Iterable<ManifestLine>;
  /** Take over all but the result of this node and of what builds on it; goes without lines. */
  readonly fromNode?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly priority?: number | undefined;
  readonly deadlineMs?: number | undefined;
}

export interface SummaryWait {
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/** An answer that comes so many milliseconds later than it was asked for will not come any more. */
const LATE_MS = 15_000;

export interface OutgoingAsset {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/**
 * @example
 * const client = createClient({ url: "http://localhost:48008" });
 * const { dispatches } = await client.list({ count: 5 });
 */
export function createClient(options: { readonly url: string; readonly token?: string }): Client {
  const transport = createTransport(options);
  return {
    url: options.url,
    ...writing(transport),
    ...reading(transport),
    cache: cacheClient(transport),
    triggers: triggerClient(transport),
    printed: printedClient(transport),
    archives: archiveClient(transport),
    trash: trashClient(transport),
    events: (watch = {}) => watchEvents(transport, watch),
  };
}

function writing(transport: Transport) {
  const putJson = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    await transport.bytes({ method: "PUT", path, headers, body: JSON.stringify(body) });
  };
  const putStatus = async (
    dispatchId: string,
    status: "RUNNING" | "CANCELLED",
    nodeIds: readonly number[] = [],
  ) => {
    await putJson(`${dispatchPath(dispatchId)}/status`, { status, task_ids: nodeIds });
  };
  return {
    register: (lines: AsyncIterable<ManifestLine> | Iterable<ManifestLine>, { start = false } = {}) =>
      transport.json<Registered>({
        method: "POST",
        path: `/api/v2/dispatches${start ? "?start=true" : ""}`,
        headers: { "content-type": "application/x-ndjson" },
        body: manifestText(lines),
      }),
    preview: (lines: AsyncIterable<ManifestLine> | Iterable<ManifestLine>) =>
      transport.json<{ readonly preview_id: string }>({
        method: "POST",
        path: "/api/v2/previews",
        headers: { "content-type": "application/x-ndjson" },
        body: manifestText(lines),
      }),
    redispatch: (of: string, { lines, ...request }: RedispatchRequest) =>
      transport.json<Registered>({
        method: "POST",
        path: `${dispatchPath(of)}/redispatches?${redispatchQuery(request)}`,
        ...(lines && { headers: { "content-type": "application/x-ndjson" }, body: manifestText(lines) }),
      }),
    upload: async (assets: AsyncIterable<OutgoingAsset> | Iterable<OutgoingAsset>) => {
      const headers = { "content-type": ASSET_FRAMES_TYPE };
      await transport.bytes({ method: "POST", path: "/api/v2/assets", headers, body: frames(assets) });
    },
    start: (dispatchId: string) => putStatus(dispatchId, "RUNNING"),
    cancel: (dispatchId: string, nodeIds?: readonly number[]) => putStatus(dispatchId, "CANCELLED", nodeIds),
    setPaused: (dispatchId: string, paused: boolean) =>
      putJson(`${dispatchPath(dispatchId)}/paused`, { paused }),
  };
}

function reading(transport: Transport) {
  const get = <T>(path: string, signal?: AbortSignal) =>
    transport.json<T>({ method: "GET", path, ...(signal && { signal }) });
  return {
    list: (query: ListQuery = {}) => get<ListAnswer>(`/api/v2/dispatches?${listQuery(query)}`),
    summary: (dispatchId: string, { waitMs, signal }: SummaryWait = {}) =>
      transport.json<SummaryAnswer>({
        method: "GET",
        path: `${dispatchPath(dispatchId)}/summary${waitMs === undefined ? "" : `?wait_ms=${waitMs}`}`,
        ...(waitMs !== undefined && { idleMs: waitMs + LATE_MS }),
        ...(signal && { signal }),
      }),
    header: (dispatchId: string) => get<ManifestHeader>(`${dispatchPath(dispatchId)}/header`),
    nodes: (dispatchId: string, { after = -1, limit = 1_000 } = {}) =>
      get<NodePage>(`${dispatchPath(dispatchId)}/nodes?after=${after}&limit=${limit}`),
    links: (dispatchId: string, { offset = 0, limit = 1_000 } = {}) =>
      get<LinkPage>(`${dispatchPath(dispatchId)}/links?offset=${offset}&limit=${limit}`),
    attempts: async (dispatchId: string, nodeId: number) => {
      type Answer = { readonly attempts: readonly AttemptAnswer[] };
      return (await get<Answer>(`${dispatchPath(dispatchId)}/nodes/${nodeId}/attempts`)).attempts;
    },
    asset: (digest: string) => transport.bytes({ method: "GET", path: `/api/v2/assets/${digest}` }),
    assets: (digests: readonly string[]) => readAssets(transport, digests),
    nodeAsset: async (dispatchId: string, nodeId: number, key: string) =>
      withBytes(await get<NamedAsset>(`${dispatchPath(dispatchId)}/electrons/${nodeId}/assets/${key}`)),
    dispatchAsset: async (dispatchId: string, key: string) =>
      withBytes(await get<NamedAsset>(`${dispatchPath(dispatchId)}/assets/${key}`)),
    server: ({ signal }: { readonly signal?: AbortSignal } = {}) =>
      get<ServerAnswer>("/api/v2/server", signal),
    health: async () => {
      await get("/readyz");
    },
  };
}

function dispatchPath(dispatchId: string): string {
  return `/api/v2/dispatches/${encodeURIComponent(dispatchId)}`;
}

function withBytes(asset: NamedAsset): NamedAsset | undefined {
  return asset.digest === undefined && asset.content === undefined ? undefined : asset;
}

function redispatchQuery({
  reuse,
  fromNode,
  idempotencyKey,
  priority,
  deadlineMs,
}: RedispatchRequest): URLSearchParams {
  return new URLSearchParams({
    reuse_previous_results: String(reuse),
    ...(fromNode === undefined ? {} : { from_node: String(fromNode) }),
    ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
    ...(priority === undefined ? {} : { priority: String(priority) }),
    ...(deadlineMs === undefined ? {} : { deadline_ms: String(deadlineMs) }),
  });
}

function listQuery(query: ListQuery): URLSearchParams {
  const { dispatchIds = [], statuses = [], search, latest = true, offset = 0, count = 10 } = query;
  const pairs: [string, string][] = [
    ...dispatchIds.map((id): [string, string] => ["dispatch_id", id]),
    ...statuses.map((status): [string, string] => ["status", status]),
    ["latest", String(latest)],
    ["offset", String(offset)],
    ["count", String(count)],
  ];
  if (query.subDispatches === false) pairs.push(["sub_dispatches", "false"]);
  if (search !== undefined) pairs.push(["search", search]);
  return new URLSearchParams(pairs);
}

async function* frames(
  assets: AsyncIterable<OutgoingAsset> | Iterable<OutgoingAsset>,
): AsyncGenerator<Uint8Array> {
  for await (const { digest, bytes } of assets) {
    yield encodeAssetFrameHead({ digest, size: bytes.length });
    yield bytes;
  }
}
