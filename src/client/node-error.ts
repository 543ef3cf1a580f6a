import type { ErrorData } from "../model/error-data.ts";
import { errorFromData } from "../serialization/error-data.ts";
import type { NodeAnswer } from "./answers.ts";
import type { Client } from "./client.ts";
import type { NodeError } from "./result-types.ts";

/**
 * Why a node ended as it did, made of the failure of its last attempt, or of its reason when it was never attempted (it was
 * cancelled, or made of values that do not fit, or the original ran it). `text` is its stored error as people read it.
 */
export async function nodeError(
  client: Client,
  dispatchId: string,
  node: NodeAnswer,
  text: string,
): Promise<NodeError> {
  const attempts = node.status === "FAILED" ? await client.attempts(dispatchId, node.id) : [];
  // That of a sublattice may have completed: what failed is the dispatch it built.
  const failure = attempts.findLast((attempt) => attempt.status !== "RETURNED")?.failure;
  const told = failure ?? fromReason(node.reason ?? text.split("\n", 1)[0] ?? "");
  const { name, message } = told;
  const stack = failure?.stack ?? (text || `${name}: ${message}`);
  return errorFromData({ ...failure?.data, name, message, stack }) as NodeError;
}

/** Reasons of failures begin with the error's name: `TypeError: no rows`. */
function fromReason(reason: string): ErrorData {
  const [, name = "Error", message = reason] = /^([A-Z]\w*): (.*)$/s.exec(reason) ?? [];
  return { name, message };
}
