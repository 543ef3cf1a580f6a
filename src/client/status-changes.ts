import { isTerminal } from "../model/status.ts";
import type { SummaryAnswer } from "./answers.ts";
import type { Client } from "./client.ts";
import type { StatusChange } from "./status-change.ts";
import { whileAway } from "./while-away.ts";

/**
 * What changes behind a summary until the dispatch has ended. Where the server no longer has what was missed (a connection that
 * was lost for very long), the dispatch's present status stands for all of it.
 */
export async function* statusChanges(
  client: Client,
  since: SummaryAnswer,
  options: { readonly signal?: AbortSignal; readonly lostAfterMs: number },
): AsyncGenerator<StatusChange, void> {
  const dispatchId = since.dispatch_id;
  if (isTerminal(since.status) || since.interrupted) return;
  for await (const event of client.events({ ...options, after: since.sequence, dispatchId })) {
    const change =
      "reset" in event
        ? present(await whileAway(() => client.summary(dispatchId), options))
        : changeOf(event);
    yield change;
    if (change.nodeId === undefined && isTerminal(change.status)) return;
  }
}

function present({ status, reason, updated_at: at }: SummaryAnswer): StatusChange {
  return { status, at: new Date(at ?? Date.now()), ...(reason === null ? {} : { reason }) };
}

function changeOf({ nodeId, status, at, reason }: StatusChangeEvent): StatusChange {
  return {
    ...(nodeId === undefined ? {} : { nodeId }),
    status,
    at: new Date(at),
    ...(reason === undefined ? {} : { reason }),
  };
}

type StatusChangeEvent = Omit<StatusChange, "at"> & { readonly at: number };
