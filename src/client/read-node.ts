import { isTerminal } from "../model/status.ts";
import type { AttemptAnswer, NodeAnswer } from "./answers.ts";
import type { Client } from "./client.ts";
import { nodeError } from "./node-error.ts";
import type { NodeAttempt, NodeResult, Result } from "./result-types.ts";
import { readStoredText, readStoredValue } from "./stored-value.ts";

/** A node's result, made of the server's answer. (The type has a file of its own: what users compile reaches no Node types.) */
export function nodeResult(
  client: Client,
  dispatchId: string,
  node: NodeAnswer,
  readDispatch: (dispatchId: string) => Promise<Result>,
): NodeResult {
  const { sub_dispatch_id: subDispatchId } = node;
  const asset = (key: string) => client.nodeAsset(dispatchId, node.id, key);
  return {
    id: node.id,
    name: node.name,
    type: node.type,
    status: node.status,
    startedAt: dateOf(node.start_time),
    endedAt: dateOf(node.end_time),
    reason: node.reason,
    subDispatchId,
    subDispatch: async () => (subDispatchId === null ? undefined : readDispatch(subDispatchId)),
    output: async () => {
      const stored =
        (await asset("output")) ?? (node.type === "parameter" ? await asset("value") : undefined);
      return stored && readStoredValue(stored, client);
    },
    error: async () => {
      if (!isTerminal(node.status) || node.status === "COMPLETED") return undefined;
      return nodeError(client, dispatchId, node, await readStoredText(await asset("error"), client));
    },
    stdout: async () => readStoredText(await asset("stdout"), client),
    stderr: async () => readStoredText(await asset("stderr"), client),
    attempts: async () => {
      const attempts = await client.attempts(dispatchId, node.id);
      return attempts.map((attempt) => nodeAttempt(client, attempt));
    },
  };
}

function nodeAttempt(client: Client, attempt: AttemptAnswer): NodeAttempt {
  const { number, executor, status, started_at, ended_at, failure, stdout, stderr } = attempt;
  return {
    number,
    executor,
    status,
    startedAt: dateOf(started_at),
    endedAt: dateOf(ended_at),
    failure,
    stdout: () => readStoredText(stdout ?? undefined, client),
    stderr: () => readStoredText(stderr ?? undefined, client),
  };
}

/** Old databases hold texts that are no times. */
export function dateOf(time: string | null): Date | null {
  const ms = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? null : new Date(ms);
}
