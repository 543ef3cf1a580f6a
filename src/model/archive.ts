/**
 * What the file of an exported dispatch holds (docs/export.md): a head, then records, one JSON document a line. They are made for
 * this purpose: revisions of the database's schema change how they are read and written, never what they are.
 *
 * Times are texts in UTC as databases have them, `2022-08-01 09:00:00.000001`, those of attempts milliseconds since the epoch.
 */
import * as z from "zod";
import { PAYLOAD_CODECS } from "./payload.ts";
import { LEGACY_STATUSES, STATUSES } from "./status.ts";

export const ARCHIVE_FORMAT = "covalent-dispatch";
/** Raised when older programs could not read what is written. */
export const ARCHIVE_VERSION = 1;

/** The first of an archive's files, `covalent.json`. */
export const archiveHeadSchema = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.int(),
  dispatch_id: z.string().min(1).max(64),
  name: z.string(),
  exported_at: z.string(),
  /** The program that wrote it. */
  covalent_version: z.string(),
  /** Dispatches in it: this one and those of its sublattices. */
  dispatches: z.int().positive(),
});
export type ArchiveHead = z.output<typeof archiveHeadSchema>;

/** The last of an archive's files, `end.json`: without it the archive is not whole. */
export const archiveEndSchema = z.object({
  records: z.int().nonnegative(),
  assets: z.int().nonnegative(),
  /** SHA-256 of all files of records, one behind the other. */
  records_sha256: z.string(),
});
export type ArchiveEnd = z.output<typeof archiveEndSchema>;

const text = z.string().nullable();
const whole = z.int().nullable();
const digest = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits");
const status = z.enum([...STATUSES, ...LEGACY_STATUSES]);

/** Stored bytes by what they are to a node or a dispatch (`output`, `stdout`, `inputs`, ...). */
export const archiveAssetSchema = z.object({
  key: z.string().max(64),
  codec: z.enum(PAYLOAD_CODECS).nullable(),
  /** SHA-256 of the bytes, which are `content` or the archive's file `assets/<digest>`; `null` where there never were any. */
  digest: digest.nullable(),
  size: z.int().nonnegative().nullable(),
  text,
  /** The client's own digest of the same bytes. */
  client_digest: text,
  client_digest_alg: text,
  /** Small ones, in base64. */
  content: z.base64().optional(),
});
export type ArchiveAsset = z.output<typeof archiveAssetSchema>;

export const archiveDispatchSchema = z.object({
  kind: z.literal("dispatch"),
  dispatch_id: z.string().min(1).max(64),
  /** For one that a sublattice ran as: the node that it is, of a dispatch that stands before it. */
  parent: z.object({ dispatch_id: z.string(), node: z.int().nonnegative() }).nullable(),
  nodes: z.int().min(0).max(5_000_000),
  edges: z.int().min(0).max(50_000_000),
  completed: z.int().nonnegative(),
  name: z.string(),
  status,
  created_at: z.string(),
  updated_at: z.string(),
  started_at: text,
  completed_at: text,
  executor: text,
  executor_data: text,
  workflow_executor: text,
  workflow_executor_data: text,
  python_version: text,
  covalent_version: text,
  /** `null`: the original wrote it. */
  language: z.enum(["typescript", "python"]).nullable(),
  bundle: digest.nullable(),
  lattice: text,
  workdir: text,
  project_root: text,
  tags: text,
  reason: text,
  priority: whole,
  deadline_ms: z.number().nullable(),
  redispatch_of: text,
  bundles: z.array(z.object({ digest, size: z.int().nonnegative(), externals: z.string() })),
  assets: z.array(archiveAssetSchema),
});
export type ArchiveDispatch = z.output<typeof archiveDispatchSchema>;

const archiveAttemptSchema = z.object({
  number: z.int(),
  token: z.string().max(200),
  executor: z.string(),
  placed_at: z.int(),
  started_at: whole,
  ended_at: whole,
  status: text,
  failure: text,
});

/** The nodes of a dispatch stand behind it, in the order of their ids. */
export const archiveNodeSchema = z.object({
  kind: z.literal("node"),
  id: z.int().nonnegative(),
  task_group_id: z.int(),
  type: z.string(),
  name: z.string(),
  status,
  created_at: z.string(),
  updated_at: z.string(),
  started_at: text,
  completed_at: text,
  executor: text,
  executor_data: text,
  electron: text,
  bundle: digest.nullable(),
  options: text,
  key: text,
  reason: text,
  code_digest: text,
  cache: text,
  assets: z.array(archiveAssetSchema),
  attempts: z.array(archiveAttemptSchema),
});
export type ArchiveNode = z.output<typeof archiveNodeSchema>;

/** The edges of a dispatch stand behind its nodes. Nodes are named by their places, from 0. */
export const archiveEdgeSchema = z.object({
  kind: z.literal("edge"),
  source: z.int().nonnegative(),
  target: z.int().nonnegative(),
  edge_name: z.string(),
  parameter_type: text,
  arg_index: whole,
});
export type ArchiveEdge = z.output<typeof archiveEdgeSchema>;

export const archiveRecordSchema = z.discriminatedUnion("kind", [
  archiveDispatchSchema,
  archiveNodeSchema,
  archiveEdgeSchema,
]);
export type ArchiveRecord = z.output<typeof archiveRecordSchema>;
