import type { Outcome } from "../executors/executor.ts";
import type { StoredNode } from "../model/change.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import { Advance, type Logs } from "./advance.ts";
import { tryAgain } from "./attempt-tally.ts";
import { isKept, keepPayload } from "./produced.ts";

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly active: ActiveDispatch;
  readonly node: StoredNode;
  readonly token: string;
  readonly outcome: Outcome;
}

/** What an attempt's end comes to: changes for one commit, and whether the node waits for another attempt after it. */
export interface Settlement {
  readonly advance: Advance;
  readonly again: boolean;
}

/**
 * Decides what follows from an attempt's end. What the attempt made is stored first: if the process dies before the commit, an
 * unused file is left, and the executor tells the outcome once more.
 */
export async function settle(ended: EndedAttempt, store: AssetStore): Promise<Settlement> {
  const { active, node, token, outcome } = ended;
  const at = Date.now();
  const advance = new Advance(active.state, at);
  const attempt = { kind: "attempt-ended", node: node.row, token } as const;
  if (outcome.status === "returned") {
    advance.changes.push({ ...attempt, status: "RETURNED", startedAt: null, endedAt: at });
    return { advance, again: true };
  }
  const { startedAt, endedAt } = outcome;
  const logs = await storedLogs(outcome, store);
  switch (outcome.status) {
    case "completed": {
      const output = isKept(outcome.output) ? outcome.output : await keepPayload(outcome.output, store);
      advance.changes.push({ ...attempt, status: "COMPLETED", startedAt, endedAt });
      advance.complete(node.nodeId, output, logs);
      break;
    }
    case "cancelled":
      advance.changes.push({ ...attempt, status: "CANCELLED", startedAt, endedAt });
      advance.cancel(node.nodeId, "cancelled", logs);
      break;
    case "failed": {
      const { failure } = outcome;
      advance.changes.push({ ...attempt, status: "FAILED", startedAt, endedAt, failure });
      if (tryAgain(active.tally(node), failure, node.options.retries ?? 0)) return { advance, again: true };
      advance.fail(node.nodeId, failure, logs);
    }
  }
  advance.finishDispatch();
  return { advance, again: false };
}

async function storedLogs(
  outcome: Exclude<Outcome, { status: "returned" }>,
  store: AssetStore,
): Promise<Logs> {
  const { stdout, stderr } = outcome;
  return {
    ...(stdout === undefined ? {} : { stdout: await keepPayload(stdout, store) }),
    ...(stderr === undefined ? {} : { stderr: await keepPayload(stderr, store) }),
  };
}
