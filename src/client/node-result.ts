import type { NodeType } from "../model/node.ts";
import { isTerminal, type Status } from "../model/status.ts";
import type { NodeAnswer } from "./answers.ts";
import type { Client } from "./client.ts";
import { readStoredText, readStoredValue } from "./stored-value.ts";

/** What became of one node. Its output, error and logs are fetched when they are asked for. */
export interface NodeResult {
  readonly id: number;
  readonly name: string;
  readonly type: NodeType;
  readonly status: Status;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Why it has its status, e.g. which ancestor failed. */
  readonly reason: string | null;
  /** The returned value; `undefined` while there is none. */
  output(): Promise<unknown>;
  /** Why it failed, with the stack in terms of the user's own files; `undefined` when it did not. */
  error(): Promise<NodeError | undefined>;
  stdout(): Promise<string>;
  stderr(): Promise<string>;
}

export interface NodeError {
  readonly message: string;
  readonly stack: string;
}

export function nodeResult(client: Client, dispatchId: string, node: NodeAnswer): NodeResult {
  const asset = (key: string) => client.nodeAsset(dispatchId, node.id, key);
  return {
    id: node.id,
    name: node.name,
    type: node.type,
    status: node.status,
    startedAt: dateOf(node.start_time),
    endedAt: dateOf(node.end_time),
    reason: node.reason,
    output: async () => {
      const stored =
        (await asset("output")) ?? (node.type === "parameter" ? await asset("value") : undefined);
      return stored && readStoredValue(stored, client);
    },
    error: async () => {
      if (!isTerminal(node.status) || node.status === "COMPLETED") return undefined;
      const stack = await readStoredText(await asset("error"), client);
      const message = node.reason ?? stack.split("\n", 1)[0] ?? "";
      return { message, stack: stack || message };
    },
    stdout: async () => readStoredText(await asset("stdout"), client),
    stderr: async () => readStoredText(await asset("stderr"), client),
  };
}

export function dateOf(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}
