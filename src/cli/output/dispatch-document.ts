import type { Result } from "../../client/result.ts";
import type { NodeResult } from "../../client/result-types.ts";
import type { Watched } from "../watch-dispatch.ts";
import { durationMs } from "./node-table.ts";

/**
 * A dispatch as `run --json` and `result --json` print it. Times are ISO 8601; values as json.ts says. Of a run that was
 * interrupted it holds what was known: its status may be `null`, and its nodes none.
 */
export interface DispatchDocument {
  readonly dispatch_id: string;
  readonly name: string;
  readonly status: string | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly result: unknown;
  readonly error: ErrorDocument | null;
  readonly nodes: readonly NodeDocument[];
}

export interface ErrorDocument {
  readonly message: string;
  readonly nodes: readonly {
    readonly id: number;
    readonly name: string;
    readonly message: string;
    readonly stack: string;
  }[];
}

export interface NodeDocument {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly duration_ms: number | null;
  readonly reason: string | null;
}

/** Gathers the document; the errors of failed nodes are fetched. */
export async function dispatchDocument(result: Result): Promise<DispatchDocument> {
  return {
    dispatch_id: result.dispatchId,
    name: result.name,
    status: result.status,
    started_at: result.startedAt,
    ended_at: result.endedAt,
    result: result.result ?? null,
    error: await errorDocument(result),
    nodes: result.nodes.map(nodeDocument),
  };
}

/** What is known of a dispatch that has not been followed to its end. */
export function watchedDocument(
  { dispatchId, name }: { readonly dispatchId: string; readonly name: string },
  { status, startedAt, nodes }: Watched,
): DispatchDocument {
  const date = (time: number | null): Date | null => (time === null ? null : new Date(time));
  return {
    dispatch_id: dispatchId,
    name,
    status,
    started_at: date(startedAt),
    ended_at: null,
    result: null,
    error: null,
    nodes: Array.from(nodes.values(), (node) =>
      nodeDocument({ ...node, startedAt: date(node.startedAt), endedAt: date(node.endedAt) }),
    ),
  };
}

async function errorDocument({ error }: Result): Promise<ErrorDocument | null> {
  if (error === undefined) return null;
  const nodes = error.nodes.map(async (node) => {
    const { message, stack } = (await node.error()) ?? { message: node.reason ?? "", stack: "" };
    return { id: node.id, name: node.name, message, stack };
  });
  return { message: error.message, nodes: await Promise.all(nodes) };
}

type ShownNode = Pick<NodeResult, "id" | "name" | "type" | "status" | "startedAt" | "endedAt" | "reason">;

function nodeDocument({ id, name, type, status, startedAt, endedAt, reason }: ShownNode): NodeDocument {
  const duration = durationMs(startedAt, endedAt);
  return { id, name, type, status, started_at: startedAt, ended_at: endedAt, duration_ms: duration, reason };
}
