import type { Generated } from "kysely";

/**
 * The tables at head, as Kysely sees them.
 *
 * `lattices`, `electrons`, `electron_dependency`, `jobs`, `assets`, `lattice_assets` and `electron_assets` are the original's,
 * with columns of our own behind theirs; what the original wrote has `lattices.language` NULL. Their times are texts
 * (`times.ts`), those of our own tables milliseconds since the epoch.
 */
export interface Tables {
  readonly lattices: LatticeRow;
  readonly electrons: ElectronRow;
  readonly electron_dependency: EdgeRow;
  readonly jobs: JobRow;
  readonly assets: AssetRow;
  readonly lattice_assets: AssetLinkRow;
  readonly electron_assets: AssetLinkRow;
  readonly bundles: BundleRow;
  readonly attempts: AttemptRow;
  readonly events: EventRow;
  readonly cache_entries: CacheEntryRow;
  readonly triggers: TriggerRow;
}

export interface LatticeRow {
  id: number;
  dispatch_id: string;
  /** For a sublattice's dispatch: the electron that it is. */
  electron_id: number | null;
  name: string;
  status: string;
  electron_num: number;
  completed_electron_num: number;
  /** 0 for deleted ones and while a registration is under way, -1 while it is removed for good. */
  is_active: number;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  executor: string | null;
  /** JSON. */
  executor_data: string | null;
  workflow_executor: string | null;
  /** JSON. */
  workflow_executor_data: string | null;
  root_dispatch_id: string | null;
  python_version: string | null;
  covalent_version: string | null;
  language: string | null;
  bundle: string | null;
  lattice: string | null;
  workdir: string | null;
  project_root: string | null;
  /** JSON: a list of strings. */
  tags: string | null;
  reason: string | null;
  first_electron_id: number | null;
  first_link_id: number | null;
  /** 1 until the registration is finished. */
  registering: number | null;
  /** 1 when the whole dispatch is to be cancelled. */
  cancel_requested: number | null;
  /** 1 while nothing new of it starts. */
  paused: number | null;
  /** Higher goes first; NULL is 0. */
  priority: number | null;
  /** How long it may take from its start. */
  deadline_ms: number | null;
  /** What makes a second registration with the same key the first one. */
  idempotency_key: string | null;
  /** The dispatch that this one repeats. */
  redispatch_of: string | null;
}

export interface ElectronRow {
  id: number;
  parent_lattice_id: number;
  transport_graph_node_id: number;
  task_group_id: number;
  type: string;
  name: string;
  status: string;
  is_active: number;
  job_id: number;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  executor: string | null;
  /** JSON. */
  executor_data: string | null;
  electron: string | null;
  bundle: string | null;
  /** JSON. */
  options: string | null;
  /** JSON: a string or a number. */
  key: string | null;
  reason: string | null;
  /** When it is tried again, while it waits for that. */
  retry_at: number | null;
  /** How long it was to wait when the wait began. */
  retry_delay_ms: number | null;
  /** SHA-256 of its own code, lower-case hex. */
  code_digest: string | null;
  /** JSON: {@link CacheRecord}. */
  cache: string | null;
}

export interface EdgeRow {
  id: number;
  /** The target. */
  electron_id: number;
  /** The source. */
  parent_electron_id: number;
  edge_name: string;
  parameter_type: string | null;
  arg_index: number | null;
  is_active: number;
  created_at: string;
  updated_at: string | null;
}

export interface JobRow {
  id: number;
  cancel_requested: number;
  /** JSON. */
  job_handle: string;
  status: string;
}

export interface AssetRow {
  id: number;
  /** `inline`: in `content`; `store`: in the asset store; `file`: the original's; `pending`: not there yet. */
  storage_type: string;
  storage_path: string;
  /** The name of a `file`; empty for the others. */
  object_key: string;
  /** The client's, of its own kind; NULL also where it is `content_digest`. */
  digest_alg: string | null;
  digest: string | null;
  /** Where the client said the bytes can be fetched. */
  remote_uri: string | null;
  size: number | null;
  /** SHA-256, lower-case hex. */
  content_digest: string | null;
  codec: string | null;
  text: string | null;
  content: Uint8Array | null;
}

export interface AssetLinkRow {
  id: Generated<number>;
  meta_id: number;
  asset_id: number;
  key: string;
}

export interface BundleRow {
  lattice_id: number;
  digest: string;
  size: number;
  /** JSON. */
  externals: string;
}

export interface AttemptRow {
  id: Generated<number>;
  electron_id: number;
  number: number;
  token: string;
  executor: string;
  /** JSON. */
  handle: string;
  placed_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** NULL while it is under way. */
  status: string | null;
  /** JSON. */
  failure: string | null;
}

export interface EventRow {
  sequence: number;
  at: number;
  dispatch_id: string;
  node_id: number | null;
  status: string;
  reason: string | null;
}

/** A result that later attempts with the same key may take over. */
export interface CacheEntryRow {
  key: string;
  name: string;
  code_digest: string;
  inputs_digest: string;
  version: string;
  asset_id: number;
  dispatch_id: string;
  node_id: number;
  created_at: number;
  /** NULL: never. */
  expires_at: number | null;
}

/** What starts a dispatch whenever something happens. */
export interface TriggerRow {
  id: string;
  dispatch_id: string;
  /** JSON: what it waits for. */
  definition: string;
  created_at: number;
  /** NULL while it is observed. */
  stopped_at: number | null;
  /** When it fires next, where that is known. */
  due_at: number | null;
  /** What has happened since it fired last. */
  events: number;
  fired: number;
  fired_at: number | null;
  /** The dispatch that it started last. */
  last_dispatch_id: string | null;
  problem: string | null;
}
