import type { Failure } from "../model/failure.ts";
import type { PayloadCodec } from "../model/payload.ts";
import type { Template } from "../model/template.ts";

/**
 * What the server and a worker say to each other, as headers of frames (frames.ts). Both ends are programs of this package on
 * one machine; a worker proves that it is ours by the secret in its `hello`, which must be the first frame.
 *
 * A worker runs the tasks that have had their `go` in the order in which they came. On `recall`, and when it loses the
 * connection, it forgets every task that it has not started.
 */
export type ToWorker =
  | { readonly kind: "welcome" }
  | TaskMessage
  /** The handles of these attempts are durable: they may start. */
  | { readonly kind: "go"; readonly tokens: readonly string[] }
  /** Forget what has not started; answered by `recalled`. The hold file (worker-files.ts) was made before. */
  | { readonly kind: "recall" }
  /** These results are durable: they need not be kept. */
  | { readonly kind: "ack"; readonly tokens: readonly string[] }
  /** Finish what runs, then exit as soon as nothing is left to hand over. */
  | { readonly kind: "leave" };

export type FromWorker = HelloMessage | { readonly kind: "recalled" } | RetiringMessage | ResultRecord;

export interface TaskMessage {
  readonly kind: "task";
  readonly token: string;
  readonly dispatchId: string;
  readonly nodeId: number;
  readonly name: string;
  readonly bundlePath: string;
  readonly projectRoot: string | null;
  readonly electron: string;
  readonly args: readonly Template[];
  readonly payloads: readonly TaskPayload[];
  readonly timeoutMs: number | null;
  readonly workdir: string | null;
  readonly env: Readonly<Record<string, string>>;
}

/** An input: in the file `path`, or the next `length` bytes of the frame's body. */
export interface TaskPayload {
  readonly digest: string;
  readonly codec: PayloadCodec;
  readonly path: string | null;
  readonly length: number;
}

export interface HelloMessage {
  readonly kind: "hello";
  readonly secret: string;
  readonly worker: string;
  readonly pid: number;
  /** The attempt that runs now. */
  readonly running: string | null;
  /** Attempts whose results no server has acknowledged; they are sent again after `welcome`. */
  readonly unacknowledged: readonly string[];
}

/** The worker forgets what it has not started and exits when its results are acknowledged. */
export interface RetiringMessage {
  readonly kind: "retiring";
  readonly reason: string;
}

/** A range of a worker's output file, in bytes. */
export interface OutputRange {
  readonly start: number;
  readonly end: number;
}

/** Only in the spool: user code is about to run. Without a `result` behind it, nobody knows how far it came. */
export interface StartedRecord {
  readonly kind: "started";
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Where the output of this attempt begins. */
  readonly stdout: number;
  readonly stderr: number;
}

/** Only in the spool: takes back the `started` before it; no user code ran. */
export interface UnstartedRecord {
  readonly kind: "unstarted";
  readonly token: string;
}

/** In the spool, and sent. The body is the output's bytes when they are small. */
export interface ResultRecord {
  readonly kind: "result";
  readonly token: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly stdout: OutputRange;
  readonly stderr: OutputRange;
  readonly outcome: TaskOutcome;
  /** The task made the process exit: this is its last word. */
  readonly exited: boolean;
  /** Where in the spool this attempt's records begin: everything before it has been sent. */
  readonly spooledFrom: number;
}

export type SpoolRecord = StartedRecord | UnstartedRecord | ResultRecord;

export type TaskOutcome =
  | { readonly status: "completed"; readonly output: TaskOutput }
  | { readonly status: "failed"; readonly failure: Failure };

/** What the function returned. Its bytes are the frame's body, or in `file` in the store's staging directory. */
export interface TaskOutput {
  readonly digest: string;
  readonly size: number;
  readonly codec: PayloadCodec;
  readonly text: string;
  readonly file: string | null;
}
