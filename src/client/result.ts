import { type Duration, parseDuration } from "../model/duration.ts";
import { isTerminal } from "../model/status.ts";
import type { NodePage, SummaryAnswer } from "./answers.ts";
import { type Client, createClient } from "./client.ts";
import { dateOf, nodeResult } from "./read-node.ts";
import type { DispatchError, NodeResult, Result } from "./result-types.ts";
import { statusChanges } from "./status-changes.ts";
import { readStoredValue } from "./stored-value.ts";
import { waitForEnd } from "./wait.ts";
import { whileAway } from "./while-away.ts";

export type { DispatchError, Result } from "./result-types.ts";

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
  const watching = { lostAfterMs: parseDuration(serverTimeout), ...(signal && { signal }) };
  if (!wait) return (await readResult(client, await client.summary(dispatchId), watching)) as Result<T>;
  const summary = await waitForEnd(client, dispatchId, watching);
  return (await whileAway(() => readResult(client, summary, watching), watching)) as Result<T>;
}

/** How changes are waited for. */
interface Watching {
  readonly lostAfterMs: number;
  readonly signal?: AbortSignal;
}

async function readResult(client: Client, summary: SummaryAnswer, watching: Watching): Promise<Result> {
  const { dispatch_id: dispatchId } = summary;
  const subDispatch = async (id: string) => readResult(client, await client.summary(id), watching);
  const [nodes, result] = await Promise.all([
    allNodes(client, dispatchId, subDispatch),
    returnedValue(client, summary),
  ]);
  return {
    dispatchId,
    name: summary.name,
    status: summary.status,
    startedAt: dateOf(summary.started_at),
    endedAt: dateOf(summary.completed_at),
    result,
    error: errorOf(summary, nodes),
    nodes,
    stream: () => statusChanges(client, summary, watching),
    inputs: async () => {
      const stored = await client.dispatchAsset(dispatchId, "inputs");
      return stored && readStoredValue(stored, client);
    },
  };
}

async function allNodes(
  client: Client,
  dispatchId: string,
  readDispatch: (dispatchId: string) => Promise<Result>,
): Promise<NodeResult[]> {
  const nodes: NodeResult[] = [];
  let next: Promise<NodePage> | undefined = client.nodes(dispatchId, { after: -1 });
  while (next !== undefined) {
    const page: NodePage = await next;
    // Asked for before this one is looked at: server and client work at the same time.
    next = page.next === null ? undefined : client.nodes(dispatchId, { after: page.next });
    for (const node of page.nodes) nodes.push(nodeResult(client, dispatchId, node, readDispatch));
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
