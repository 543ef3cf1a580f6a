import type { ExecutorHealth } from "../executors/executor.ts";
import type { RegisteredGraph } from "../model/change.ts";

/** What the server asks of the dispatcher, and all it knows of it. */
export interface DispatcherControl {
  /**
   * Starts a registered dispatch. A dispatch that was started before, by whomever, is left as it is.
   *
   * @param registered its graph, where the caller has just registered it: then it need not be read again
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`
   */
  start(dispatchId: string, registered?: RegisteredGraph): Promise<void>;
  /**
   * Cancels a dispatch or, when given, only these of its nodes. Resolves when the request is durable; what has ended stays as it is.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`
   */
  cancel(dispatchId: string, nodeIds?: readonly number[]): Promise<void>;
  /** Lets nothing new of a dispatch start. Resolves when that is durable. @throws {CovalentError} `DISPATCH_NOT_FOUND` */
  pause(dispatchId: string): Promise<void>;
  /** Lets a paused dispatch go on. @throws {CovalentError} `DISPATCH_NOT_FOUND` */
  resume(dispatchId: string): Promise<void>;
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
