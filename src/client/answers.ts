import type { Failure } from "../model/failure.ts";
import type { ManifestLink } from "../model/manifest.ts";
import type { NodeType } from "../model/node.ts";
import type { PayloadCodec } from "../model/payload.ts";
import type { Status, TerminalStatus } from "../model/status.ts";

/** The server's answers, as its routes give them. Times are ISO 8601 in UTC. */
export interface SummaryAnswer {
  readonly dispatch_id: string;
  readonly root_dispatch_id: string;
  readonly name: string;
  readonly status: Status;
  /** Why it ended as it did. */
  readonly reason: string | null;
  /** True for what the original left unfinished: it is never resumed. */
  readonly interrupted?: boolean;
  /** `null` for what the original wrote. */
  readonly language: "typescript" | "python" | null;
  /** The dispatch that this one repeats. */
  readonly redispatch_of: string | null;
  /** Nothing new of it starts. */
  readonly paused?: boolean;
  /** Somebody asked for its end: it is CANCELLED as soon as what runs has ended. */
  readonly cancel_requested?: boolean;
  readonly electron_num: number;
  readonly completed_electron_num: number;
  readonly created_at: string | null;
  readonly updated_at: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  /** The number of the last event that this answer includes. */
  readonly sequence: number;
}

export interface ListAnswer {
  readonly dispatches: readonly SummaryAnswer[];
  readonly metadata: { readonly count: number; readonly total: number };
}

export interface ListQuery {
  readonly dispatchIds?: readonly string[];
  readonly statuses?: readonly string[];
  /** Part of a name or id. */
  readonly search?: string;
  /** False leaves out the dispatches that sublattices run as. */
  readonly subDispatches?: boolean;
  /** Newest first, the default. */
  readonly latest?: boolean;
  readonly offset?: number;
  /** At most 1,000; 10 when absent. */
  readonly count?: number;
}

export interface NodeAnswer {
  readonly id: number;
  readonly name: string;
  readonly type: NodeType;
  readonly status: Status;
  readonly executor: string;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly reason: string | null;
  readonly sub_dispatch_id: string | null;
}

export interface NodePage {
  readonly nodes: readonly NodeAnswer[];
  /** What to give as `after` for the next page; `null` behind the last. */
  readonly next: number | null;
  readonly sequence: number;
}

export interface LinkPage {
  readonly links: readonly ManifestLink[];
  /** What to give as `offset` for the next page; `null` behind the last. */
  readonly next: number | null;
}

export interface AttemptAnswer {
  /** 1, 2, 3, ... */
  readonly number: number;
  readonly executor: string;
  /** `null` while it is under way. */
  readonly status: TerminalStatus | "RETURNED" | null;
  readonly placed_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly failure: Failure | null;
  readonly stdout: LogAnswer | null;
  readonly stderr: LogAnswer | null;
}

/** What an attempt printed: the bytes of that digest. */
export interface LogAnswer {
  readonly digest: string;
  readonly size: number;
}

/** An asset by what it is to a node or a dispatch. Without a digest and content there are no bytes (yet). */
export interface NamedAsset {
  readonly size: number;
  readonly digest?: string;
  readonly codec?: PayloadCodec;
  /** For people. */
  readonly text?: string;
  /** The bytes, when they are small and text. */
  readonly content?: string;
}

export interface ServerAnswer {
  readonly version: string;
  readonly revision: string;
  readonly started_at: string;
  readonly url: string;
  readonly active: number;
  readonly executors: Readonly<
    Record<string, { readonly running: number; readonly queued: number; readonly workers: number }>
  >;
}
