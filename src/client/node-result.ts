import type { Failure } from "../model/failure.ts";
import type { NodeType } from "../model/node.ts";
import type { Status, TerminalStatus } from "../model/status.ts";

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
  /** `"function"` for an electron's call; the others carry values between them. */
  readonly type: NodeType;
  readonly status: Status;
  /** `null` before it has started. */
  readonly startedAt: Date | null;
  /** `null` before it has ended. */
  readonly endedAt: Date | null;
  /** Why it has its status, e.g. which ancestor failed. */
  readonly reason: string | null;
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
