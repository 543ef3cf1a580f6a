import type { AttemptSpec } from "../executor.ts";
import type { ProcessEnd } from "./worker-death.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/**
 * What tells one pool of workers from another: which program its workers are, and what an attempt is for them. All of them speak the
 * protocol of worker/protocol.ts, and keep a spool (worker/spool.ts).
 */
export interface WorkerKind {
  /** The executor's name. */
  readonly name: string;
  /** No worker is started before there is an attempt: few servers need this kind. */
  readonly onDemand: boolean;
  /** An attempt as it is sent to a worker. */
  pack(spec: AttemptSpec, pathOf: (digest: string) => string): PackedAttempt;
  /**
   * Starts a worker: a process group of its own, that outlives this process and writes to files (worker/worker-files.ts).
   *
   * @throws {Unstartable} when there will never be a process for it; another error when there is none now
   */
  launch(worker: string, settings: LaunchSettings): Promise<LaunchedWorker>;
  /** No worker will be started any more. Those that were live on. */
  close(): Promise<void>;
}

/** No worker can be started, and trying again changes nothing: what is missing must be installed or configured first. */
export class Unstartable extends Error {}

export interface LaunchSettings {
  /** The executor's directory. */
  readonly directory: string;
  readonly stagingDirectory: string;
  readonly lingerMs: number;
}

export interface LaunchedWorker {
  readonly handle: WorkerHandle;
  /** Resolves when the process has ended, with what it ended with where that is known. */
  readonly ended: Promise<ProcessEnd | null>;
}

export interface PackedAttempt {
  readonly message: { readonly kind: "attempt"; readonly token: string };
  /** The bytes of the small payloads, in the order in which the message names them. */
  readonly body: readonly Uint8Array[];
}
