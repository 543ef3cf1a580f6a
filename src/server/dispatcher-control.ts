import type { ExecutorHealth } from "../executors/executor.ts";

/** What the server asks of the dispatcher, and all it knows of it. */
export interface DispatcherControl {
  /**
   * Starts a registered dispatch. A dispatch that was started before, by whomever, is left as it is.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`
   */
  start(dispatchId: string): Promise<void>;
  /** Cancels a dispatch or, when given, only these of its nodes. */
  cancel(dispatchId: string, nodeIds?: readonly number[]): Promise<void>;
  health(): DispatcherHealth;
}

export interface DispatcherHealth {
  /** False before recovery has finished and once it is being stopped. */
  readonly running: boolean;
  /** Dispatches in flight. */
  readonly active: number;
  /** By the executor's name. */
  readonly executors: Readonly<Record<string, ExecutorHealth>>;
}
