import * as z from "zod";
import { NODE_TYPES } from "./node.ts";
import { PAYLOAD_CODECS } from "./payload.ts";
import { STATUSES } from "./status.ts";

/**
 * The manifest: the JSON that describes a dispatch. It is the original's `ResultSchema`, extended and never contradicted: every
 * field below that the original does not have is optional, and the Python SDK ignores it.
 *
 * Times are ISO 8601 in UTC, durations milliseconds, sizes bytes.
 */

const digest = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits");
const when = z.string().nullish();
const executorData = z.record(z.string(), z.unknown());

/** What stands for a stored value: its digest and size, where to get it or put it and, when small, the bytes themselves. */
export const assetSchema = z.object({
  digest_alg: z.string().nullish(),
  digest: z.string().nullish(),
  uri: z.string().nullish(),
  remote_uri: z.string().nullish(),
  size: z.int().nonnegative().default(0),
  // --- ours ---
  codec: z.enum(PAYLOAD_CODECS).optional(),
  /** The bytes as UTF-8 text, when they are text and small; never base64. */
  content: z.string().optional(),
  /** A short description for people. */
  text: z.string().optional(),
});
export type Asset = z.output<typeof assetSchema>;

/** A module with everything it imports, bundled into one file and addressed by content. */
export const bundleSchema = z.object({
  digest,
  size: z.int().nonnegative(),
  /** Packages with native add-ons: not in the bundle, resolved from the user's project where the task runs. */
  externals: z.array(z.object({ name: z.string(), version: z.string() })).default([]),
});

/** When a failed attempt is followed by another one. */
const retryOptionsSchema = z.object({
  /** Before the second attempt. */
  delay_ms: z.number().nonnegative().optional(),
  /** Each further wait is so many times as long as the one before; 2 when absent. */
  factor: z.number().min(1).optional(),
  max_delay_ms: z.number().nonnegative().optional(),
  /** The part of a wait that is left to chance, 0 to 1: waits of 10 s with 0.2 are between 8 s and 12 s; 0.1 when absent. */
  jitter: z.number().min(0).max(1).optional(),
  /** Only after these: names of error classes, `timeout`, `infrastructure`. What else decides is code, and asked in the worker. */
  on: z.array(z.string()).optional(),
});

const cacheOptionsSchema = z.object({
  /** Declared by the author: another version is another result. */
  version: z.string().optional(),
  ttl_ms: z.number().positive().optional(),
  /** The electron has a function that makes a key of its arguments; asked in a worker. */
  key: z.literal(true).optional(),
});

/** How one electron wants to be run. */
export const nodeOptionsSchema = z.object({
  /** How often a user error or a timeout is tried again. */
  retries: z.int().nonnegative().optional(),
  /** Per attempt. */
  timeout_ms: z.number().positive().optional(),
  /** The directory the task runs in; the dispatching client's when absent. */
  workdir: z.string().optional(),
  /** Added to the server's environment. */
  env: z.record(z.string(), z.string()).optional(),
  /** How long to wait before the next attempt, and after what; at once, and after every user error and timeout, when absent. */
  retry: retryOptionsSchema.optional(),
  /** How often a lost attempt (its worker, host or server died) is tried again without counting; 3 when absent. */
  lost_attempts: z.int().nonnegative().optional(),
  /** A lost attempt fails the node: it may have done its work already. */
  at_most_once: z.boolean().optional(),
  /** Its result may be taken from an earlier attempt with the same code, inputs and version. */
  cache: cacheOptionsSchema.optional(),
  /** Higher goes first among what is ready; 0 when absent. */
  priority: z.int().optional(),
  /** How many attempts of this electron, or dispatches of this sublattice, may run at once on this server. */
  concurrency: z.int().positive().optional(),
  /** The server may limit how many attempts with a tag run at once. */
  tags: z.array(z.string()).optional(),
  /** A sublattice node that calls its electron once for each element of the first argument. */
  map: z.literal(true).optional(),
  /** What the electron is written in, when that is not TypeScript. It is run by a worker like any other. */
  language: z.enum(["python", "shell"]).optional(),
});
export type NodeOptions = z.output<typeof nodeOptionsSchema>;

const nodeMetadataSchema = z.object({
  task_group_id: z.int().nonnegative().optional(),
  name: z.string(),
  executor: z.string(),
  executor_data: executorData.default({}),
  sub_dispatch_id: z.string().nullish(),
  status: z.enum(STATUSES).default("NEW_OBJECT"),
  start_time: when,
  end_time: when,
  // --- ours ---
  type: z.enum(NODE_TYPES).optional(),
  /** The electron's id inside its bundle. */
  electron: z.string().optional(),
  /** SHA-256 of the electron's own code and all that it reaches: what reuse and the cache go by. */
  code_digest: digest.optional(),
  /** Why that is a digest of the whole bundle, for people; absent when it is the electron's own. */
  code_digest_reason: z.string().max(1_000).optional(),
  /** Only when it is not the lattice's bundle. */
  bundle: digest.optional(),
  options: nodeOptionsSchema.optional(),
  /** For `subscripted` and `attribute` nodes: the key they take from their parent's value. */
  key: z.union([z.string(), z.number()]).optional(),
  /** Answers only: why the node has its status, e.g. which ancestor failed. */
  reason: z.string().nullish(),
});

export const manifestNodeSchema = z.object({
  id: z.int().nonnegative(),
  metadata: nodeMetadataSchema,
  assets: z.record(z.string(), assetSchema.nullish()).default({}),
});
export type ManifestNode = z.output<typeof manifestNodeSchema>;

export const manifestLinkSchema = z.object({
  /** Node ids. */
  source: z.int().nonnegative(),
  target: z.int().nonnegative(),
  metadata: z.object({
    edge_name: z.string(),
    param_type: z.enum(["arg", "kwarg"]).nullish(),
    arg_index: z.int().nonnegative().nullish(),
  }),
});
export type ManifestLink = z.output<typeof manifestLinkSchema>;

export const latticeMetadataSchema = z.object({
  name: z.string(),
  executor: z.string(),
  executor_data: executorData.default({}),
  workflow_executor: z.string(),
  workflow_executor_data: executorData.default({}),
  python_version: z.string().nullish(),
  covalent_version: z.string().nullish(),
  // --- ours ---
  language: z.enum(["typescript", "python"]).default("python"),
  bundle: digest.optional(),
  /** The lattice's id inside its bundle. */
  lattice: z.string().optional(),
  /** The directory of the dispatching client: where tasks run unless they say otherwise. */
  workdir: z.string().optional(),
  /** Where packages that stay outside the bundle are resolved from. */
  project_root: z.string().optional(),
  /** What people searching for this dispatch later may know it by. */
  tags: z.array(z.string()).optional(),
  /** Higher goes first; 0 when absent. */
  priority: z.int().optional(),
  /** How long it may take from its start; then it is FAILED. */
  deadline_ms: z.number().positive().optional(),
});
export type LatticeMetadata = z.output<typeof latticeMetadataSchema>;

const dispatchMetadataSchema = z.object({
  dispatch_id: z.string().optional(),
  root_dispatch_id: z.string().nullish(),
  status: z.enum(STATUSES).default("NEW_OBJECT"),
  start_time: when,
  end_time: when,
  /** A second registration with the same key is answered with the first one's id. */
  idempotency_key: z.string().max(512).nullish(),
  /** Answers only: the dispatch that this one repeats. */
  redispatch_of: z.string().nullish(),
  /** Answers only: nothing new of it starts. */
  paused: z.boolean().optional(),
  /** Answers only: why the dispatch ended as it did. */
  reason: z.string().nullish(),
  /** Answers only: the sequence number of the last event that this answer includes. */
  sequence: z.int().optional(),
});

const assets = z.record(z.string(), assetSchema.nullish()).default({});

/**
 * Everything of a manifest but `lattice.transport_graph` with its `nodes` and `links`: the first line of a streamed one.
 */
export const manifestHeaderSchema = z.object({
  metadata: dispatchMetadataSchema,
  assets,
  lattice: z.object({ metadata: latticeMetadataSchema, assets }),
  bundles: z.array(bundleSchema).default([]),
});
export type ManifestHeader = z.output<typeof manifestHeaderSchema>;

/**
 * One line of a streamed manifest (`application/x-ndjson`). First one `header` (with the number of nodes to come), then `nodes`
 * in ascending order of id, then `links`, then `end`. Without `end` the stream was cut short and nothing is registered.
 */
export const manifestLineSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("header"),
    node_count: z.int().nonnegative(),
    link_count: z.int().nonnegative(),
    header: manifestHeaderSchema,
    /** What every node's metadata has unless it says otherwise. */
    node_defaults: nodeMetadataSchema.partial().default({}),
  }),
  z.object({
    kind: z.literal("nodes"),
    nodes: z.array(manifestNodeSchema.extend({ metadata: z.record(z.string(), z.unknown()) })),
  }),
  z.object({ kind: z.literal("links"), links: z.array(manifestLinkSchema) }),
  z.object({ kind: z.literal("end") }),
]);
export type ManifestLine = z.input<typeof manifestLineSchema>;

/** The answer to a registration: the ids, and the digests the server does not have yet and wants uploaded before the start. */
export const registeredSchema = z.object({
  metadata: z.object({ dispatch_id: z.string(), root_dispatch_id: z.string(), status: z.enum(STATUSES) }),
  missing_assets: z.array(digest),
  /** It was asked to start, and has: nothing of it is missing. */
  started: z.boolean().optional(),
  /** Of a redispatch: how many nodes take over their result from the earlier dispatch. */
  reused: z.int().optional(),
});
export type Registered = z.output<typeof registeredSchema>;
