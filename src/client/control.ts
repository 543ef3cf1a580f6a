import { CovalentError } from "../model/errors.ts";
import { isTerminal } from "../model/status.ts";
import type { Client } from "./client.ts";
import { waitForEnd } from "./wait.ts";

/** Where a dispatch is that {@link cancel}, {@link pause} or {@link resume} is asked for. */
export interface ControlOptions {
  /** The server's address; found as `covalent status` finds it when absent. */
  readonly url?: string;
  /** For servers that listen beyond their own machine; the configured one when absent. */
  readonly token?: string;
}

/** What {@link cancel} is asked for. */
export interface CancelOptions extends ControlOptions {
  /** Ids of nodes: only these, and what builds on them; the whole dispatch when absent. */
  readonly nodes?: readonly number[];
  /** Wait until the dispatch, or these nodes, have ended; otherwise the promise resolves when the request is durable. */
  readonly wait?: boolean;
  /** Ends the waiting: the call then rejects with the signal's reason; the request holds. */
  readonly signal?: AbortSignal;
}

/** How long a server that went away is waited for, in milliseconds. */
const SERVER_TIMEOUT_MS = 600_000;

/**
 * Cancels a dispatch, or some of its nodes.
 *
 * When the promise resolves, the request is durable: it holds whatever happens to the server. What had not started is CANCELLED by
 * then; what runs is ended (SIGTERM, then SIGKILL) and is CANCELLED when its executor has confirmed that. What has completed stays
 * COMPLETED, and a dispatch that has ended stays as it is.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`, `SERVER_UNREACHABLE`, `INVALID_ARGUMENT` for an empty list of nodes
 * @example
 * import { cancel } from "covalent-ts";
 *
 * await cancel("0123456789abcdef0123456789abcdef", { wait: true });
 * await cancel("fedcba9876543210fedcba9876543210", { nodes: [3, 4] });
 */
export async function cancel(dispatchId: string, options: CancelOptions = {}): Promise<void> {
  const { nodes, wait = false, signal } = options;
  if (nodes?.length === 0) {
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: "cancel(id, { nodes }): the list of nodes is empty",
    });
  }
  const client = await connect(options);
  await client.cancel(dispatchId, nodes);
  if (!wait) return;
  const patience = { lostAfterMs: SERVER_TIMEOUT_MS, ...(signal && { signal }) };
  if (nodes === undefined) await waitForEnd(client, dispatchId, patience);
  else await waitForNodes(client, dispatchId, nodes, patience);
}

/**
 * Lets nothing new of a dispatch and of its sublattices start until {@link resume}; what runs goes on. It holds after a restart of
 * the server. A deadline goes on counting.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_ENDED`, `SERVER_UNREACHABLE`
 * @example
 * import { pause, resume } from "covalent-ts";
 *
 * await pause("0123456789abcdef0123456789abcdef");
 * await resume("0123456789abcdef0123456789abcdef");
 */
export async function pause(dispatchId: string, options: ControlOptions = {}): Promise<void> {
  await (await connect(options)).setPaused(dispatchId, true);
}

/**
 * Lets a paused dispatch go on. One that is not paused is left as it is.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_ENDED`, `SERVER_UNREACHABLE`
 * @example
 * import { resume } from "covalent-ts";
 *
 * await resume("0123456789abcdef0123456789abcdef");
 */
export async function resume(dispatchId: string, options: ControlOptions = {}): Promise<void> {
  await (await connect(options)).setPaused(dispatchId, false);
}

/**
 * Ends the triggers of dispatches: nothing starts them, or repeats them, any more. What has been started goes on.
 *
 * @returns the ids of the triggers that were observed until then
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `SERVER_UNREACHABLE`
 * @example
 * import { stopTriggers } from "covalent-ts";
 *
 * await stopTriggers("0123456789abcdef0123456789abcdef");
 */
export async function stopTriggers(
  dispatchIds: string | readonly string[],
  options: ControlOptions = {},
): Promise<readonly string[]> {
  const client = await connect(options);
  return (await client.triggers.stopOf([dispatchIds].flat())).stopped;
}

/** Loaded late: what only imports the SDK reads no configuration. */
async function connect(options: ControlOptions): Promise<Client> {
  const [{ createClient }, { findServer }] = await Promise.all([
    import("./client.ts"),
    import("../discovery/find-server.ts"),
  ]);
  return createClient(findServer(options));
}

async function waitForNodes(
  client: Client,
  dispatchId: string,
  nodes: readonly number[],
  options: { readonly lostAfterMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  // The number is taken before the nodes are read: what ends in between is told as well.
  const { sequence } = await client.summary(dispatchId);
  const open = await openOf(client, dispatchId, nodes);
  if (open.size === 0) return;
  for await (const event of client.events({ ...options, after: sequence, dispatchId })) {
    if ("reset" in event)
      for (const id of open) if (!(await openOf(client, dispatchId, [id])).has(id)) open.delete(id);
    if ("status" in event && event.nodeId !== undefined && isTerminal(event.status))
      open.delete(event.nodeId);
    if (open.size === 0) return;
  }
}

async function openOf(client: Client, dispatchId: string, ids: readonly number[]): Promise<Set<number>> {
  const open = new Set<number>();
  for (const id of ids) {
    const [node] = (await client.nodes(dispatchId, { after: id - 1, limit: 1 })).nodes;
    if (node !== undefined && node.id === id && !isTerminal(node.status)) open.add(id);
  }
  return open;
}
