import type { NodeType } from "../model/node.ts";
import type { Status } from "../model/status.ts";

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
  /** Why it failed, with the stack in terms of the user's own files; `undefined` when it did not. */
  error(): Promise<NodeError | undefined>;
  /** What it has printed so far; empty when that is nothing. */
  stdout(): Promise<string>;
  stderr(): Promise<string>;
}

/** Why a node failed. */
export interface NodeError {
  /** One line. */
  readonly message: string;
  /** Name, message and frames as JavaScript writes them; the message when there are no frames. */
  readonly stack: string;
}
