import type { Failure } from "../model/failure.ts";
import type { NodeType } from "../model/node.ts";
import type { Status, TerminalStatus } from "../model/status.ts";
import type { StatusChange } from "./status-change.ts";

/**
 * What a dispatch came to. A dispatch that failed or was cancelled is a result too: look at `status`, or at `error`.
 *
 * @example
 * import { getResult } from "covalent-ts";
 *
 * const { status, result, error } = await getResult<number>("0123456789abcdef0123456789abcdef", { wait: true });
 * if (status === "COMPLETED") console.log(result);
 * else console.error(error?.message);
 */
export interface Result<T = unknown> {
  /** 32 lower-case hex digits. */
  readonly dispatchId: string;
  /** The lattice's. */
  readonly name: string;
  readonly status: Status;
  /** `null` before its first node has started. */
  readonly startedAt: Date | null;
  /** `null` while it runs. */
  readonly endedAt: Date | null;
  /** What the lattice returned; `undefined` unless it is COMPLETED. */
  readonly result: T | undefined;
  /** Why it is FAILED or CANCELLED. */
  readonly error: DispatchError | undefined;
  /** Every node, in order of id. */
  readonly nodes: readonly NodeResult[];
  /** The arguments the lattice was called with. */
  inputs(): Promise<unknown>;
  /**
   * What changes from this result on, as it happens: of the dispatch (no `nodeId`) and of its nodes, in order, each once, until
   * the dispatch has ended. A server that is restarted meanwhile is waited for. Nothing of a dispatch that had ended.
   */
  stream(): AsyncGenerator<StatusChange, void>;
}

/** Why a dispatch did not complete. */
export interface DispatchError {
  /** Which nodes failed and what the first of them threw: `1 node failed: fit (node 3): TypeError: no rows`. */
  readonly message: string;
  /** The nodes that failed, without those that were cancelled because of them. */
  readonly nodes: readonly NodeResult[];
}

/**
 * What became of one node of a dispatch. Its output, error and logs are fetched when they are asked for.
 *
 * @example
 * import { getResult } from "covalent-ts";
 *
 * const { nodes } = await getResult("0123456789abcdef0123456789abcdef");
 * for (const node of nodes) console.log(node.name, node.status, await node.stdout());
 */
export interface NodeResult {
  /** Its number in the graph: 0, 1, 2, ... */
  readonly id: number;
  /** The electron's name; structural nodes have names that start with `:`. */
  readonly name: string;
  /** `"function"` for an electron's call, `"sublattice"` for a lattice's; the others carry values between them. */
  readonly type: NodeType;
  readonly status: Status;
  /** `null` before it has started. */
  readonly startedAt: Date | null;
  /** `null` before it has ended. */
  readonly endedAt: Date | null;
  /** Why it has its status, e.g. which ancestor failed. */
  readonly reason: string | null;
  /** The dispatch that a sublattice runs as; `null` for other nodes, and before there is one. */
  readonly subDispatchId: string | null;
  /** The state of that dispatch, at once; `undefined` when there is none. What it returned is this node's output. */
  subDispatch(): Promise<Result | undefined>;
  /** The returned value; `undefined` while there is none. */
  output(): Promise<unknown>;
  /** Why it failed, as the task threw it; `undefined` when it did not. */
  error(): Promise<NodeError | undefined>;
  /** What it has printed so far; empty when that is nothing. */
  stdout(): Promise<string>;
  stderr(): Promise<string>;
  /** Every try of it, first to last; empty for structural nodes and before the first. */
  attempts(): Promise<readonly NodeAttempt[]>;
}

/**
 * Why a node failed: an Error with the name, message, cause and own fields (`code`, `status`, ...) of what its task threw. Its
 * class is Error: that of the task exists only where the task ran.
 *
 * @example
 * import { getResult } from "covalent-ts";
 *
 * const { error } = await getResult("0123456789abcdef0123456789abcdef", { wait: true });
 * const thrown = await error?.nodes[0]?.error();
 * console.error(thrown?.name, thrown?.message, thrown?.code, thrown?.cause);
 */
export interface NodeError extends Error {
  /** The class's name as the task's code knows it, e.g. `"TypeError"`. */
  name: string;
  /** What was thrown, in a sentence. */
  message: string;
  /** Name, message and frames in terms of the user's own files, those of its causes below; name and message when there are no frames. */
  stack: string;
  readonly [field: string]: unknown;
}

/**
 * One try of a node: retries, and what was lost with a worker or a server, make it several.
 *
 * @example
 * import { getResult } from "covalent-ts";
 *
 * const { nodes } = await getResult("0123456789abcdef0123456789abcdef");
 * for (const attempt of (await nodes[0]?.attempts()) ?? []) console.log(attempt.number, attempt.failure?.message);
 */
export interface NodeAttempt {
  /** 1, 2, 3, ... */
  readonly number: number;
  /** The executor's name. */
  readonly executor: string;
  /** `null` while it is under way; `"RETURNED"` when it went back unstarted and counts for nothing. */
  readonly status: TerminalStatus | "RETURNED" | null;
  /** `null` before it has started. */
  readonly startedAt: Date | null;
  /** `null` before it has ended. */
  readonly endedAt: Date | null;
  /** `null` unless it failed. */
  readonly failure: Failure | null;
  /** What it printed; empty when that is nothing. */
  stdout(): Promise<string>;
  stderr(): Promise<string>;
}
