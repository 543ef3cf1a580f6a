import type { NodeAnswer } from "../client/answers.ts";
import type { Client } from "../client/client.ts";
import { isTerminal, type Status } from "../model/status.ts";
import type { LostServer } from "./lost-server.ts";

/** A node as it is known from its last event. Times are milliseconds since the epoch. */
export interface WatchedNode extends Pick<NodeAnswer, "id" | "name" | "type" | "status" | "reason"> {
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** What is known of a dispatch so far. */
export interface Watched {
  /** `null` until it has been asked for. */
  status: Status | null;
  startedAt: number | null;
  readonly nodes: Map<number, WatchedNode>;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly lost: LostServer;
  /** Called when a node's status changes, with all nodes as they are then. */
  readonly onChange: (node: WatchedNode, nodes: ReadonlyMap<number, WatchedNode>) => void;
}

/**
 * Follows a dispatch until it has ended: a snapshot of its nodes, and the events behind it. A `reset` begins anew. What becomes
 * known is kept in `known`, for those who break off as well.
 *
 * @throws {CovalentError} `SERVER_UNREACHABLE` when the server stays away
 */
export async function watchDispatch(
  client: Client,
  dispatchId: string,
  known: Watched,
  options: WatchOptions,
): Promise<void> {
  const { nodes } = known;
  const { signal, lost } = options;
  const tell = (node: WatchedNode): void => {
    const before = nodes.get(node.id);
    // Events are told from before the snapshot on: a node that has ended in it does not run again.
    if (before?.status === node.status || isTerminal(before?.status ?? "")) return;
    nodes.set(node.id, node);
    options.onChange(node, nodes);
  };
  const snapshot = async (): Promise<{ ended: boolean; sequence: number }> => {
    const { status, started_at, sequence } = await client.summary(dispatchId);
    const found = (await Array.fromAsync(nodesOf(client, dispatchId))).map(watched);
    Object.assign(known, { status, startedAt: timeOf(started_at) });
    // All of them are known before the first is told of: otherwise "1 of 1 done" would be said of a thousand.
    for (const node of found) if (!nodes.has(node.id)) nodes.set(node.id, { ...node, status: "NEW_OBJECT" });
    for (const node of found) tell(node);
    return { ended: isTerminal(status), sequence };
  };
  const { ended, sequence } = await lost.patiently(snapshot, signal);
  if (ended) return;
  const { lostAfterMs, onLost } = lost;
  for await (const event of client.events({ dispatchId, after: sequence, signal, lostAfterMs, onLost })) {
    if ("reset" in event) {
      if ((await lost.patiently(snapshot, signal)).ended) return;
    } else if (event.nodeId === undefined) {
      known.status = event.status;
      if (isTerminal(event.status)) return;
    } else {
      const node = nodes.get(event.nodeId);
      if (node !== undefined) tell(changed(node, event));
    }
  }
}

/** All nodes of a dispatch, page by page. */
export async function* nodesOf(client: Client, dispatchId: string): AsyncGenerator<NodeAnswer> {
  for (let after: number | null = -1; after !== null; ) {
    const page = await client.nodes(dispatchId, { after });
    yield* page.nodes;
    after = page.next;
  }
}

function watched({ id, name, type, status, reason, start_time, end_time }: NodeAnswer): WatchedNode {
  return { id, name, type, status, reason, startedAt: timeOf(start_time), endedAt: timeOf(end_time) };
}

function changed(
  node: WatchedNode,
  event: { status: WatchedNode["status"]; at: number; reason?: string },
): WatchedNode {
  const { status, at, reason = null } = event;
  const startedAt = status === "RUNNING" ? at : node.startedAt;
  return { ...node, status, reason, startedAt, endedAt: isTerminal(status) ? at : null };
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
