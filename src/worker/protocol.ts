import type { InheritedExecutors } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { PayloadCodec } from "../model/payload.ts";
import type { Template } from "../model/template.ts";

/**
 * What the server and a worker say to each other, as headers of frames (frames.ts). Both ends are programs of this package on
 * one machine; a worker proves that it is ours by the secret in its `hello`, which must be the first frame.
 *
 * A worker runs attempts in the order in which they came; each is sent once its handle is durable. On `recall`, and when it
 * loses the connection, it forgets every attempt that it has not started.
 */
export type ToWorker =
  | { readonly kind: "welcome" }
  | AttemptMessage
  /** Forget what has not started; answered by `recalled`. The hold file (worker-files.ts) was made before. */
  | { readonly kind: "recall" }
  /** These results are durable: they need not be kept. */
  | { readonly kind: "ack"; readonly tokens: readonly string[] }
  /** These results could not be made durable: they stay in the spool for the next server, and need not be sent again. */
  | { readonly kind: "keep"; readonly tokens: readonly string[] }
  /** Finish what runs, then exit as soon as nothing is left to hand over. */
  | { readonly kind: "leave" };

export type FromWorker = HelloMessage | RecalledMessage | RetiringMessage | ResultRecord;

export interface AttemptMessage {
  readonly kind: "attempt";
  readonly token: string;
  readonly dispatchId: string;
  readonly nodeId: number;
  /** 1 for the node's first attempt. */
  readonly number: number;
  readonly name: string;
  /** What is done with the electron or lattice: see the contract of executors. */
  readonly task: "electron" | "sublattice" | "map" | "cache-key";
  /** Its SHA-256. */
  readonly bundle: string;
  readonly bundlePath: string;
  readonly projectRoot: string | null;
  readonly electron: string;
  /** What a sublattice runs on where it does not say. */
  readonly inherits: InheritedExecutors | null;
  readonly args: readonly Template[];
  readonly payloads: readonly AttemptPayload[];
  readonly timeoutMs: number | null;
  readonly workdir: string | null;
  readonly env: Readonly<Record<string, string>>;
}

/** An input: in the file `path`, or the next `length` bytes of the frame's body. */
export interface AttemptPayload {
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
  /** Attempts whose results no server has acknowledged; they are in the spool, or sent again after `welcome`. */
  readonly unacknowledged: readonly string[];
}

/** The worker has forgotten what it had not started, and removed the hold file. */
export interface RecalledMessage {
  readonly kind: "recalled";
  /** The attempt that runs now. */
  readonly running: string | null;
}

/** The worker has forgotten what it had not started; it exits when its results are acknowledged. */
export interface RetiringMessage {
  readonly kind: "retiring";
  readonly running: string | null;
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
  readonly outcome: ReportedOutcome;
  /** Where in the spool this attempt's records begin: everything before it has been sent. */
  readonly spooledFrom: number;
}

/** The exit code of a worker that fails itself, say because its spool cannot be written: not for anything its attempt did. */
export const WORKER_FAULT = 70;

export type SpoolRecord = StartedRecord | UnstartedRecord | ResultRecord;

export type ReportedOutcome =
  | { readonly status: "completed"; readonly output: ReportedOutput }
  | { readonly status: "failed"; readonly failure: Failure };

/** What the function returned. Its bytes are the frame's body, or in `file` in the store's staging directory. */
export interface ReportedOutput {
  readonly digest: string;
  readonly size: number;
  readonly codec: PayloadCodec;
  readonly text: string;
  readonly file: string | null;
}
