import { type Duration, parseDuration } from "../model/duration.ts";
import { isTerminal, type Status } from "../model/status.ts";
import type { SummaryAnswer } from "./answers.ts";
import { type Client, createClient } from "./client.ts";
import type { NodeResult } from "./node-result.ts";
import { dateOf, nodeResult } from "./read-node.ts";
import { type StatusChange, statusChanges } from "./status-changes.ts";
import { readStoredValue } from "./stored-value.ts";
import { waitForEnd } from "./wait.ts";

/** What {@link getResult} is asked for, and where. */
export interface GetResultOptions {
  /** Wait until the dispatch has ended; otherwise its present state is the answer. */
  readonly wait?: boolean;
  /** The server's address; found as `covalent status` finds it when absent. */
  readonly url?: string;
  /** For servers that listen beyond their own machine; the configured one when absent. */
  readonly token?: string;
  /** Ends the waiting: the call then rejects with the signal's reason; the dispatch goes on. */
  readonly signal?: AbortSignal;
  /** How long a server that went away while waiting is waited for: ten minutes unless told. */
  readonly serverTimeout?: Duration;
}

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
 * The result of a dispatch: its state at once, or with `wait` its end.
 *
 * @typeParam T what the lattice returns
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `SERVER_UNREACHABLE`, `INVALID_ARGUMENT` for an url that is none
 * @example
 * import { getResult } from "covalent-ts";
 *
 * const result = await getResult("0123456789abcdef0123456789abcdef", { wait: true });
 * if (result.status === "COMPLETED") console.log(result.result);
 * else for (const node of result.error?.nodes ?? []) console.error(node.name, (await node.error())?.stack);
 */
export async function getResult<T = unknown>(
  dispatchId: string,
  options: GetResultOptions = {},
): Promise<Result<T>> {
  // Loaded late: what only imports the SDK reads no configuration.
  const { findServer } = await import("../discovery/find-server.ts");
  const client = createClient(findServer(options));
  const { wait = false, signal, serverTimeout = "10m" } = options;
  const lostAfterMs = parseDuration(serverTimeout);
  const summary = wait
    ? await waitForEnd(client, dispatchId, {
        lostAfterMs,
        ...(signal && { signal }),
      })
    : await client.summary(dispatchId);
  const [nodes, value] = await Promise.all([allNodes(client, dispatchId), returnedValue(client, summary)]);
  return {
    dispatchId,
    name: summary.name,
    status: summary.status,
    startedAt: dateOf(summary.started_at),
    endedAt: dateOf(summary.completed_at),
    result: value as T | undefined,
    error: errorOf(summary, nodes),
    nodes,
    stream: () => statusChanges(client, summary, { ...(signal && { signal }), lostAfterMs }),
    inputs: async () => {
      const stored = await client.dispatchAsset(dispatchId, "inputs");
      return stored && readStoredValue(stored, client);
    },
  };
}

async function allNodes(client: Client, dispatchId: string): Promise<NodeResult[]> {
  const nodes: NodeResult[] = [];
  for (let after: number | null = -1; after !== null; ) {
    const page = await client.nodes(dispatchId, { after });
    for (const node of page.nodes) nodes.push(nodeResult(client, dispatchId, node));
    after = page.next;
  }
  return nodes;
}

async function returnedValue(client: Client, summary: SummaryAnswer): Promise<unknown> {
  if (summary.status !== "COMPLETED") return undefined;
  const stored = await client.dispatchAsset(summary.dispatch_id, "result");
  return stored && readStoredValue(stored, client);
}

function errorOf({ status, reason }: SummaryAnswer, nodes: readonly NodeResult[]): DispatchError | undefined {
  if (!isTerminal(status) || status === "COMPLETED") return undefined;
  const failed = nodes.filter((node) => node.status === "FAILED");
  // The one that the reason names first.
  const named = Number(/\(node (\d+)\)/.exec(reason ?? "")?.[1] ?? failed[0]?.id);
  const parts = [reason ?? `the dispatch is ${status}`, failed.find(({ id }) => id === named)?.reason];
  return { message: parts.filter((part) => part).join(": "), nodes: failed };
}
