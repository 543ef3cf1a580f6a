import * as z from "zod";
import { FAILURE_KINDS } from "../model/failure.ts";
import { PAYLOAD_CODECS } from "../model/payload.ts";
import { LEGACY_STATUSES, STATUSES } from "../model/status.ts";

/** What answers look like, for the documentation and for the clients that are made of it. Times are ISO 8601 in UTC. */

const time = z.string().nullable();

export const dispatchSummarySchema = z.object({
  dispatch_id: z.string(),
  /** Its own id, or that of the dispatch whose sublattice it is. */
  root_dispatch_id: z.string(),
  name: z.string(),
  status: z.enum([...STATUSES, ...LEGACY_STATUSES]),
  reason: z.string().nullable(),
  /** True for what the original left unfinished. */
  interrupted: z.boolean(),
  redispatch_of: z.string().nullable(),
  paused: z.boolean(),
  cancel_requested: z.boolean(),
  electron_num: z.int(),
  completed_electron_num: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  started_at: time,
  completed_at: time,
  tags: z.array(z.string()).readonly(),
  /** `null` for what the original wrote. */
  language: z.enum(["typescript", "python"]).nullable(),
  sequence: z.int(),
});

/** With `status_only`. */
const dispatchStatusSchema = dispatchSummarySchema.pick({ dispatch_id: true, status: true });

export const dispatchPageSchema = z.object({
  dispatches: z.array(z.union([dispatchSummarySchema, dispatchStatusSchema])).readonly(),
  metadata: z.object({ count: z.int(), total: z.int() }),
});

const logSchema = z.object({ digest: z.string(), size: z.int() });

const failureSchema = z.object({
  kind: z.enum(FAILURE_KINDS),
  name: z.string(),
  message: z.string(),
  classes: z.array(z.string()).readonly().optional(),
  stack: z.string().optional(),
  /** The lines around the place where it failed, from `first` on. */
  source: z
    .object({
      file: z.string(),
      line: z.int(),
      column: z.int(),
      first: z.int(),
      lines: z.array(z.string()).readonly(),
    })
    .optional(),
  /** What was thrown, with its own fields. */
  data: z.unknown().optional(),
  retryable: z.boolean().optional(),
  exitCode: z.int().nullish(),
  signal: z.string().nullish(),
});

export const attemptsSchema = z.object({
  attempts: z.array(
    z.object({
      number: z.int(),
      executor: z.string(),
      /** `null` while it is under way; RETURNED when it never started. */
      status: z.enum(["COMPLETED", "FAILED", "CANCELLED", "RETURNED"]).nullable(),
      placed_at: time,
      started_at: time,
      ended_at: time,
      failure: failureSchema.nullable(),
      stdout: logSchema.nullable(),
      stderr: logSchema.nullable(),
    }),
  ),
});

/** Without a digest and content there are no bytes (yet). */
export const namedAssetSchema = z.object({
  size: z.int(),
  remote_uri: z.string().optional(),
  digest: z.string().optional(),
  codec: z.enum(PAYLOAD_CODECS).optional(),
  /** For people. */
  text: z.string().nullish(),
  /** The bytes, when they are small and text. */
  content: z.string().optional(),
});
